"""A clock that stands still until a test moves it."""

from datetime import datetime, timedelta


class TestClock:
    """Returns the moment it was set to; aware."""

    __test__ = False

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def set(self, moment: datetime) -> None:
        """Show ``moment`` from now on."""
        assert moment.tzinfo is not None
        self.moment = moment

    def advance(self, **parts: float) -> None:
        """Go on by this many days, hours, minutes, seconds."""
        self.moment += timedelta(**parts)
