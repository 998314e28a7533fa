"""What statuses, ways of checking in and flags are called in a record."""

from flask_babel import lazy_gettext as _l

STATUS_WORDS = {
    "present": _l("present"),
    "late": _l("late"),
    "excused": _l("excused"),
    "undone": _l("taken back"),
    "waiting": _l("to be confirmed"),
}
METHOD_WORDS = {
    "roster": _l("roster"),
    "walk_in": _l("walk-in by name"),
    "card": _l("card"),
    "screen": _l("code on the screen"),
    "code": _l("six digits"),
    "claim": _l("told their name"),
    "paper": _l("on paper"),
}
# For each flag, and for marks that contradict each other: what was unusual, and what to do about it.
FLAG_WORDS = {
    "contradicted": (
        _l("One phone says that this person came, another that they did not."),
        _l("Ask who took attendance, then open this person's page and correct or confirm it."),
    ),
    "role_ended": (
        _l("Sent after the role of whoever marked it had ended."),
        _l("If that person did take attendance that day, nothing is to be done; else take the mark back."),
    ),
    "other_day": (
        _l("The phone says it happened on another day than the event."),
        _l("Ask whether this person was there; if not, take the mark back."),
    ),
    "clock": (
        _l("The phone's clock was wrong; the time was corrected."),
        _l("Usually nothing is to be done. Have that phone's clock set."),
    ),
    "cancelled": (
        _l("Marked though the event had been cancelled."),
        _l("If people did meet, leave it; if not, take the mark back."),
    ),
}
