"""What views about people share, here and in later features: reading a form that was sent, answering with a page."""

import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from reading.communities import queries as communities
from reading.communities.models import Community
from reading.forms import CreatingForm, Form
from reading.paths import safe_next
from reading.people import household_queries, queries
from reading.people.actions import SentBefore
from reading.people.member_queries import Member
from reading.people.models import Resident, Role
from reading.people.staff_forms import ROLE_NAMES, STEWARDS
from reading.templating import date_words


def sent() -> MultiDict[str, str] | None:
    """Return what was sent, None when the page is only opened."""
    return request.form if request.method == "POST" else None


def place_asked() -> str:
    """Return the place that was typed or chosen, on this page or on the one that lists all places."""
    filled = [value for value in request.values.getlist("community") if value.strip()]
    return filled[-1] if filled else ""


def valid(form: Any, found: Sequence[Community] | None = None) -> bool:
    """Tell whether a sent form is right; ``found`` are the places its community may mean.

    When the page is only opened, a place chosen on another page is filled in.
    """
    if request.method != "POST":
        if found and len(found) == 1:
            form.community.data = communities.full_label(found[0])
        return False
    right = form.validate()
    return (form.community.settle(found) and right) if found is not None else right


def page(template: str, status: int = 200, **values: Any) -> ResponseReturnValue:
    """Answer with a page that can name places and show how people are shown."""
    kit = {"label_of": communities.full_label, "shown_of": queries.shown_of, "role_word": role_word}
    return render_template(template, **{**kit, **values}), status


def form_page(template: str, form: Form, *, refused: bool = False, **values: Any) -> ResponseReturnValue:
    """Answer with a form's page: 400 when something in it is wrong, 409 when what it says was ``refused``."""
    onward = safe_next(request.values.get("next"))
    back = request.path + (f"?next={onward}" if onward else "")
    homes = "1" if values.get("homes") else None
    pick_url = url_for("communities.index", next=back, homes=homes)
    status = 409 if refused else 400 if form.errors else 200
    told = {"label_of": _label_of(form), "f": form, "pick_url": pick_url, "onward": onward}
    return page(template, status, **{**told, **values})


def _label_of(form: Form) -> Callable[[Community], str]:
    """Return what names a place. Those a form offers are named together: in as few statements as one."""
    offered = getattr(getattr(form, "community", None), "candidates", ())
    labels = communities.full_labels(offered) if offered else {}
    return lambda place: labels.get(place.code) or communities.full_label(place)


def role_word(role: Role) -> str:
    """Return what people call who holds this role there: a steward of a building is a 楼长."""
    called = STEWARDS.get(role.community.level) if role.name == "steward" else None
    return str(called or ROLE_NAMES[role.name])


def called(household: Sequence[Resident | Member]) -> dict[uuid.UUID, str]:
    """Return what to call each of a household where one of them is chosen, by their id.

    It is the name, with what tells them apart where another bears it too: when they were born, else who they are in
    the family; and a number where that is the same.
    """
    words = {one.id: one.name for one in household}
    for tell in (_born_or_relation, _numbered):
        times = Counter(words.values())
        if len(times) == len(words):
            break
        words = {one.id: tell(one, words, times) for one in household}
    return words


def _born_or_relation(one: Resident | Member, words: dict[uuid.UUID, str], times: Counter[str]) -> str:
    if times[one.name] == 1:
        return one.name
    relation = {"self": _("myself"), "child": _("child")}.get(one.relation, _("family"))
    told = _("born %(day)s", day=date_words(one.born_on, "plain")) if one.born_on else relation
    return f"{one.name} · {told}"


def _numbered(one: Resident | Member, words: dict[uuid.UUID, str], times: Counter[str]) -> str:
    alike = [other for other, said in words.items() if said == words[one.id]]
    return f"{words[one.id]} {alike.index(one.id) + 1}" if len(alike) > 1 else words[one.id]


def tellers(account_ids: Collection[uuid.UUID | None], resident: Resident) -> dict[uuid.UUID, str]:
    """Return, by the account's id, who wrote what stands of a resident and is not of their household: 楼长 孙楼长."""
    found = household_queries.tellers(account_ids, resident)
    return {
        one: " ".join([role_word(role), account.name] if role else [account.name])
        for one, (account, role) in found.items()
    }


def entered_by(records: Iterable[tuple[Resident, uuid.UUID | None]]) -> dict[uuid.UUID, str]:
    """Return, by resident, who wrote a record of theirs, each told as (resident, account): only who is another."""
    told = {one.id: tellers({account_id}, one).get(account_id) for one, account_id in records if account_id}
    return {one: words for one, words in told.items() if words}


def done(endpoint: str, message: str, **values: Any) -> ResponseReturnValue:
    """Say what was done, on the page it belongs to."""
    flash(message, "success")
    return redirect(url_for(endpoint, **values))


def sent_before(form: CreatingForm, before: SentBefore, endpoint: str) -> ResponseReturnValue:
    """Show what stands under this id beside what was sent now, which can be saved as a new record."""
    again = type(form)(MultiDict({**request.form, "id": ""}))
    return page("people/sent_before.html", 409, f=again, before=before.standing, url=url_for(endpoint))
