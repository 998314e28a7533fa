"""One's own data: what is kept, where to correct it, and all of it as a file at once."""

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from reading import clock
from reading.access import requires
from reading.audit import actions as audit
from reading.forms import parse_uuid
from reading.people.answers import page
from reading.people.models import Account, Resident
from reading.people.queries import household, own_resident, signed_in
from reading.rights import data_files, data_queries, queries
from reading.rights.data_queries import Asked
from reading.rights.data_words import TABLES
from reading.tables import download

bp = Blueprint("own_data", __name__)


@bp.get("/me/data")
@requires("own.records")
def mine() -> ResponseReturnValue:
    """What is kept of oneself and the household, where each thing is corrected, and the downloads."""
    account = signed_in()
    return page(
        "rights/data.html", people=household(account.id), whose=queries.whose_data(account), tables=TABLES
    )


@bp.get("/me/data.json")
@requires("own.records")
def as_json() -> ResponseReturnValue:
    """Everything about one person as JSON."""
    asked = _asked("json")
    # Whole before the first byte is sent: half a file would look like all there is.
    answer = Response("".join(data_files.as_json(asked)), mimetype="application/json")
    answer.headers["Content-Disposition"] = f"attachment; filename=shuxiang-{clock.today()}.json"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.get("/me/data.xlsx")
@requires("own.records")
def as_workbook() -> ResponseReturnValue:
    """Everything about one person as a workbook."""
    return download(data_files.as_workbook(_asked("xlsx")), f"shuxiang-{clock.today()}", "xlsx")


def _asked(kind: str) -> Asked:
    """Return whose data is asked for, of the own household only, and write down that it was taken along."""
    account = signed_in()
    own, name = _meant(account, request.args.get("who"))
    asked = data_queries.of_resident(own, name) if own else data_queries.of_account(account)
    place = own.community_id if own else None
    audit.write_down(
        "data.exported", by=account.id, subject=own.id if own else account.id, community_code=place, kind=kind
    )
    return asked


def _meant(account: Account, who: str | None) -> tuple[Resident | None, str]:
    """Return who of those whose data may be taken along is meant; oneself if nobody is named."""
    known = queries.whose_data(account)
    if who is None:
        return known[0]
    # The record an older page names may have been merged into another since.
    asked_id = parse_uuid(who)
    standing = own_resident(account, asked_id)
    meant_id = standing.id if standing else asked_id
    return next((one for one in known if one[0] and one[0].id == meant_id), None) or abort(404)
