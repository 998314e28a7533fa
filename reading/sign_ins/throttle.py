"""Who tries a password, and whether they may now: known and unknown numbers are held back alike."""

from typing import NamedTuple

from flask_babel import ngettext

from reading import clock, origin
from reading.errors import Refused
from reading.people.models import PlainAccount
from reading.sign_ins import entry_queries, present, throttle_actions
from reading.sign_ins.keyed import digest
from reading.sign_ins.rules import hash_of_token
from reading.sign_ins.throttle_queries import counter
from reading.sign_ins.throttle_rules import whole_minutes


class Try(NamedTuple):
    """A try that may be made: of whose password (None where nobody has the number), and what it is counted under."""

    account: PlainAccount | None
    counted_as: str


def take_a_try(phone: str, back: str | None = None) -> Try:
    """Count a try for this number (or whatever was typed as one) and return it.

    Raises ``Refused`` (429) when there were too many.
    """
    device_hash = hash_of_token(present.device_token())
    account, is_known = entry_queries.to_prove(phone, device_hash)
    counted_as = counter(phone, device_hash, is_known)
    until = throttle_actions.count_try(counted_as, digest("address", origin.address()), is_known)
    if until is None:
        return Try(account, counted_as)
    wait = until - clock.now()
    text = ngettext(
        "Too many wrong tries. Wait %(num)d minute and try again.",
        "Too many wrong tries. Wait %(num)d minutes and try again.",
        whole_minutes(wait),
    )
    raise Refused(text, status=429, retry_after=-int(-wait.total_seconds() // 1), back=back)
