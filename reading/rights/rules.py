"""When somebody who wishes to leave is erased; pure."""

from datetime import datetime, timedelta

LATER, NOW = "later", "now"
# Fifteen days: as long as a request may take by the personal-information law, and long enough to think again.
DAYS_TO_THINK = 15


def due(wished_at: datetime, when: str) -> datetime:
    """Return from when on a person is erased who wished so at ``wished_at``: at once, or after fifteen days."""
    return wished_at if when == NOW else wished_at + timedelta(days=DAYS_TO_THINK)
