"""What is answered before Flask looks at it, and what is not."""

from typing import Any

import pytest
from flask import Flask


@pytest.fixture
def called(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The app as a town runs it; holds the path of each request that Flask looked at."""
    app.config["KEPT_SECONDS"] = 5
    seen: list[str] = []
    usual = app.request_context

    def noted(environ: Any) -> Any:
        seen.append(environ["PATH_INFO"])
        return usual(environ)

    monkeypatch.setattr(app, "request_context", noted)
    return seen
