"""What a phone kept while it had no network, taken in: each mark and count answered by itself."""

from typing import Any

from flask_babel import gettext as _

from reading.account_tag import account_tag
from reading.attendance import actions, phone
from reading.attendance.forms import Batch, HeadsSent
from reading.attendance.rules import MOST_MARKS, MarkAnswer, MarkSent
from reading.errors import Refused
from reading.events.actions import OtherContent
from reading.events.models import Event
from reading.people.models import Account


def take(event: Event, batch: Batch, account: Account) -> tuple[dict[str, Any], int]:
    """Keep what a phone sent and return the answer to it, and its status: 409 when nothing was kept.

    Refuses as a whole what is too much at once, and what another account's phone kept: nobody sends a mark in
    somebody else's name.
    """
    if batch.size > MOST_MARKS:
        raise Refused(_("At most %(num)d marks can be sent at once.", num=MOST_MARKS), status=413)
    if batch.account and batch.account != account_tag(account.id):
        text = _("These marks were made by another account. Sign in with that account to send them.")
        return {"error": text, "code": "other_account"}, 409
    sound = [one for one in batch.marks if isinstance(one, MarkSent)]
    answered = iter(actions.mark(event.id, sound, account))
    answers = [next(answered) if isinstance(one, MarkSent) else one for one in batch.marks]
    heads = [_count(event, one, account) if isinstance(one, HeadsSent) else one for one in batch.headcounts]
    told = phone.answer(event, account, sound, answers, heads)
    nothing_kept = batch.size > 0 and not any(one.kept_safe for one in (*answers, *heads))
    return told, 409 if nothing_kept else 200


def _count(event: Event, sent: HeadsSent, account: Account) -> MarkAnswer:
    try:
        actions.count_heads(
            event.id, sent.id, sent.number, sent.happened_at, account,
            clock_offset=sent.clock_offset, downloaded_at=sent.downloaded_at,
        )  # fmt: skip
    except OtherContent:
        why = _("This mark was sent before with other content; the first one stands.")
        return MarkAnswer(str(sent.id), "conflict", why)
    except Refused as refused:
        return MarkAnswer(str(sent.id), "refused", refused.message)
    return MarkAnswer(str(sent.id), "stored")
