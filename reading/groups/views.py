"""Pages of study groups: what they are, joining and leaving, starting and ending one."""

import uuid
from collections.abc import Collection
from typing import Any

from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reading import clock
from reading.access import public, reach, requires
from reading.communities import queries as communities
from reading.communities.models import Community
from reading.errors import Refused
from reading.events import queries as events
from reading.forms import parse_uuid
from reading.groups import actions, queries
from reading.groups.forms import BookForm, ChangedWordsForm, GroupForm, MemberForm, ReasonForm, SpokenForm
from reading.groups.models import StudyGroup
from reading.groups.rules import GROUP_LEVELS
from reading.meanwhile import Changed, opened, reopened
from reading.people import household_queries as households
from reading.people import queries as people
from reading.people.answers import done, form_page, page, place_asked, sent, valid
from reading.people.consent_queries import Withdrawn, withdrawn
from reading.people.member_queries import members
from reading.people.models import Account, Resident
from reading.people.rules import is_minor

bp = Blueprint("groups", __name__)

PAGE = 20
LAST_PAGE = 10_000
PAST_SHOWN = 6


@bp.get("/groups")
@public
def index() -> ResponseReturnValue:
    """The groups of a place, by default of where one lives; and one's own."""
    account = queries.signed_in_or_none()
    household = people.household(account.id) if account else []
    top = _place_asked(household)
    number = min(max(request.args.get("page", 1, int), 1), LAST_PAGE)
    found = queries.listed(top, limit=PAGE + 1, offset=PAGE * (number - 1))
    own = queries.of_household(household)
    shown: dict[str, Any] = {"found": found[:PAGE], "more": len(found) > PAGE, "number": number, "top": top}
    shown["label_of"] = communities.labeller(
        [*(one.group.community for one in (*own, *found)), *([top] if top else [])]
    )
    may_start = account is not None and account.may(queries.PERMISSION)
    return page("groups/index.html", own=own, may_start=may_start, **shown)


def _place_asked(household: list[Resident]) -> Community | None:
    """Return the place whose groups are asked for; None for every place. A closed one is gone for others."""
    code = request.args.get("community")
    if code is None:
        return household[0].community if household else None
    return _shown(communities.get(code) or abort(404)) if code else None


def _shown(place: Community) -> Community:
    return place if people.is_shown(place) else abort(410)


@bp.get("/groups/<uuid:group_id>")
@public
def show(group_id: uuid.UUID) -> ResponseReturnValue:
    """One group: what it is, when it meets, what it reads; to who belongs to it, its members."""
    group = queries.group(group_id) or abort(404)
    _shown(group.community)
    return _page(group)


def _page(group: StudyGroup, status: int = 200, **forms: Any) -> ResponseReturnValue:
    account = queries.signed_in_or_none()
    household = members(account.id) if account else []
    seen: dict[str, Any] = {"view": queries.view_of(group, account), "members": queries.members(group.id)}
    seen |= {"veiled": queries.veiled(account, seen["members"]) if seen["view"].may_run else {}}
    seen |= {"household": household, "new_id": uuid.uuid4, "no_child": _is_grown_up}
    seen |= {"coming": queries.coming(group.id), "past": queries.past(group.id, PAST_SHOWN)}
    seen |= {"takes": events.events_for(account, "attendance.take").covers}
    seen |= {"books": queries.books(group.id), "reading": queries.reading(group.id)}
    forms = {"spoken": SpokenForm(), "book": BookForm(), **forms}
    return page("groups/show.html", status, group=group, **seen, **forms)


def _may_lead(resident: Resident, out: Collection[uuid.UUID]) -> bool:
    return _is_grown_up(resident) and resident.id not in out


def _is_grown_up(resident: Resident) -> bool:
    own = resident.account_id is not None and resident.relation == "self"
    return own and not is_minor(resident.relation, resident.born_on, clock.today())


@bp.route("/groups/new", methods=["GET", "POST"])
@requires("groups.run")
def start() -> ResponseReturnValue:
    """Start a group and name who leads it."""
    account, form = people.signed_in(), GroupForm(sent())
    within = reach(account.roles, queries.PERMISSION)
    right = valid(form, communities.meant_by(place_asked(), GROUP_LEVELS, within))
    leader = _leader_of(form, account) if right else None
    if leader is None:
        return form_page("groups/new.html", form, homes=True)
    return _started(form, leader, account)


def _started(form: GroupForm, leader: Resident, account: Account) -> ResponseReturnValue:
    told = (form.home_code, form.name.data or "", form.about.data or "", leader.id)
    try:
        actions.start(form.record_id, *told, by=account)
    except Withdrawn as refused:
        why = {"why": refused.message, "remedy": refused.remedy}
        return form_page("groups/new.html", form, refused=True, homes=True, **why)
    return done("groups.show", _("The group was started."), group_id=form.record_id)


def _leader_of(form: GroupForm, account: Account) -> Resident | None:
    place = form.community.node
    top = communities.community_of(place) if place else None
    if top is None:
        return None
    sees_all = reach(account.roles, "residents.see").covers(top.path)
    found = queries.possible_leaders(account, top, form.leader.data or "")
    return form.settle_leader(found, withdrawn(one.id for one in found), sees_all=sees_all)


@bp.route("/groups/<uuid:group_id>/edit", methods=["GET", "POST"])
@requires("own.records")
def edit(group_id: uuid.UUID) -> ResponseReturnValue:
    """Change what the group is called and says of itself; staff also name its leader and end it."""
    group = queries.run_by(people.signed_in(), group_id) or abort(404)
    actions.refuse_if_ended(group)
    form = ChangedWordsForm(sent(), data=opened(group.fields))
    if request.method == "GET" or not form.validate():
        return _editing(group, form, 400 if form.errors else 200)
    try:
        actions.change(group_id, form.name.data or "", form.about.data or "", form.seen.data)
    except Changed as other:
        return _editing(group, reopened(form, ChangedWordsForm, other.fields), 409)
    return _back(group_id, _("The change was saved."))


def _editing(group: StudyGroup, form: ChangedWordsForm, status: int) -> ResponseReturnValue:
    view, belong = queries.view_of(group, people.signed_in()), queries.members(group.id)
    led: dict[str, Any] = {"members": belong, "veiled": queries.veiled(people.signed_in(), belong)}
    out = withdrawn(one.resident_id for one in belong)
    led |= {"possible": [one for one in belong if not one.leads_since and _may_lead(one.resident, out)]}
    led |= {"ending": ReasonForm()}
    return page("groups/edit.html", status, group=group, f=form, view=view, **led)


@bp.post("/groups/<uuid:group_id>/leader")
@requires("groups.run")
def name_leader(group_id: uuid.UUID) -> ResponseReturnValue:
    """Name another leader."""
    group = queries.staffed_by(people.signed_in(), group_id) or abort(404)
    chosen = parse_uuid(request.form.get("resident")) or abort(400)
    actions.name_leader(group.id, chosen, people.signed_in())
    return _back(group_id, _("The group has another leader now."))


@bp.post("/groups/<uuid:group_id>/ending")
@requires("groups.run")
def end(group_id: uuid.UUID) -> ResponseReturnValue:
    """End the group; its page stays."""
    group, form = queries.staffed_by(people.signed_in(), group_id) or abort(404), ReasonForm(request.form)
    if not form.validate():
        raise Refused(" ".join(form.reason.errors), back=url_for(".edit", group_id=group_id), status=400)
    actions.end(group.id, form.reason.data or "", people.signed_in())
    return _back(group_id, _("The group has ended. What it was stays on this page."))


@bp.post("/groups/<uuid:group_id>/members")
@requires("own.records")
def join(group_id: uuid.UUID) -> ResponseReturnValue:
    """Let somebody of the household belong to the group."""
    group, form, account = queries.group(group_id) or abort(404), MemberForm(request.form), people.signed_in()
    if not form.validate():
        abort(400)
    resident = people.own_resident(account, form.resident_id) or abort(404)
    actions.join(group.id, resident.id, form.record_id, account)
    return _back(group_id, _("%(name)s belongs to the group now.", name=resident.name))


@bp.post("/groups/<uuid:group_id>/members/removal")
@requires("own.records")
def leave(group_id: uuid.UUID) -> ResponseReturnValue:
    """Let somebody of the household leave; or, by who runs the group, somebody without an account who said so."""
    group, account = queries.group(group_id) or abort(404), people.signed_in()
    resident_id = parse_uuid(request.form.get("resident")) or abort(400)
    member = queries.membership(group.id, resident_id)
    runs = member is not None and member.resident.account_id is None and queries.run_by(account, group_id)
    if not runs and people.own_resident(account, resident_id) is None:
        abort(404)
    actions.leave(group.id, resident_id, account)
    return _back(group_id, _("No longer a member."))


@bp.post("/groups/<uuid:group_id>/members/spoken")
@requires("own.records")
def write_in(group_id: uuid.UUID) -> ResponseReturnValue:
    """Write somebody without a phone in, who has said yes."""
    account, form = people.signed_in(), SpokenForm(request.form)
    group = queries.run_by(account, group_id) or abort(404)
    view = queries.view_of(group, account)
    found = queries.without_account(group, form.name.data or "") if form.validate() else []
    resident = form.settle(found, may_choose=view.is_staff) if not form.errors else None
    if resident is None:
        actions.refuse_if_ended(group)
        return _page(group, 400, spoken=form)
    if view.is_staff:
        households.OwnHousehold(account.id).refuse(resident)
    return _written_in(group, resident, form, account)


def _written_in(
    group: StudyGroup, resident: Resident, form: SpokenForm, account: Account
) -> ResponseReturnValue:
    try:
        actions.write_in(group.id, resident.id, form.record_id, account)
    except Withdrawn as refused:
        return _page(group, refused.status, spoken=form, why=refused.message, remedy=refused.remedy)
    return _back(group.id, _("%(name)s belongs to the group now.", name=resident.name))


@bp.post("/groups/<uuid:group_id>/book")
@requires("own.records")
def choose_book(group_id: uuid.UUID) -> ResponseReturnValue:
    """Choose the book of this month."""
    group, form = queries.run_by(people.signed_in(), group_id) or abort(404), BookForm(request.form)
    if not form.validate():
        actions.refuse_if_ended(group)
        return _page(group, 400, book=form)
    actions.choose_book(group_id, form.book.data or "", people.signed_in())
    return _back(group_id, _("The group's book of this month was chosen."))


def _back(group_id: uuid.UUID, message: str) -> ResponseReturnValue:
    return done("groups.show", message, group_id=group_id)
