"""What a worker needs seldom or never: imported when it is first used, and no memory of each worker's until then."""

from importlib import import_module
from typing import Any


class Late:
    """A module that is imported when something of it is first wanted."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, wanted: str) -> Any:
        return getattr(import_module(self._name), wanted)
