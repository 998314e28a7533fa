"""How somebody is shown once they agree again to stand on boards; pure."""

from reading.people.rules import gives_away


def shown_as(name: str, nickname: str, *, is_minor: bool, numbered: bool) -> str | None:
    """Return how a person is shown who agrees with one tap: as before, else as carefully as can be.

    None for a minor who has neither a number nor a nickname: there is nothing to show them by.
    """
    if numbered or (nickname and not (is_minor and gives_away(nickname, name))):
        return "nickname"
    return None if is_minor else "masked"
