"""The staff's desk: whose attendance is taken next, what waits to be looked at, and all that one may do."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from reading.access import requires
from reading.communities import queries as communities
from reading.home import queries
from reading.logbook import review_queries as reviews
from reading.people import queries as people
from reading.people.answers import page
from reading.people.models import Account
from reading.rights import queries as rights

bp = Blueprint("desk", __name__)


@bp.get("/staff")
@requires("staff.home")
def index() -> ResponseReturnValue:
    """What is next, what waits, and what one may do."""
    account = people.signed_in()
    rosters = queries.rosters_ahead(account)
    names = communities.told_apart(event.community for event in rosters.events)
    return page("home/desk.html", account=account, rosters=rosters, names=names, waiting=_waiting(account))


def _waiting(account: Account) -> dict[str, int]:
    """Return how much waits for this account, by the endpoint of the page that lists it."""
    return {
        "reviews.index": reviews.number_to_review(account) if account.may("logbook.review") else 0,
        "rights.others": len(rights.in_reach(account)) if account.may("residents.enrol") else 0,
    }
