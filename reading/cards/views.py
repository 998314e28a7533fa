"""Pages of cards: those of one's own household, and sheets to print for the residents of one's places."""

import uuid
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from reading.access import requires
from reading.cards import actions, queries
from reading.cards.faces import face_of
from reading.communities import queries as communities
from reading.communities.models import Community
from reading.forms import parse_uuid
from reading.paths import next_or
from reading.people import consent_queries as consents
from reading.people import queries as people
from reading.people.answers import called
from reading.people.models import Resident

bp = Blueprint("cards", __name__)

# Ten cards fill an A4 page; so many are made and shown at a time.
SHEET = 100
LAST_SHEET = 1_000


class _Asked:
    """Whose cards are asked for: of who lives at ``place``, ``SHEET`` at a time, or of one resident.

    ``below``: the places to choose from; a whole township is too many people to print at once. Answers 404 for
    a place or a resident who is not the account's to see.
    """

    def __init__(self) -> None:
        account, asked = people.signed_in(), request.values
        self.place, self.residents, self.more = None, list[Resident](), False
        self.number = min(max(asked.get("page", 1, int), 1), LAST_SHEET)
        if "resident" in asked:
            one = people.resident_for(account, parse_uuid(asked["resident"]), "residents.see") or abort(404)
            self.residents, self.below = [one], list[Community]()
            return
        tops = queries.places_to_see(account)
        if "at" in asked or len(tops) == 1:
            code = asked.get("at") or tops[0].code
            self.place = queries.place_to_see(account, code) or abort(404)
        self.below = communities.children_of(self.place.code) if self.place else tops
        if self.place and self.place.level in communities.LIVED_AT:
            self._turn_to(self.place)

    def _turn_to(self, place: Community) -> None:
        found = queries.residents_at(place, limit=SHEET + 1, offset=SHEET * (self.number - 1))
        self.residents, self.more = found[:SHEET], len(found) > SHEET

    @property
    def address(self) -> dict[str, Any]:
        """What names this page of the sheet in an address."""
        if self.place is None:
            return {"resident": self.residents[0].id} if self.residents else {}
        return {"at": self.place.code, "page": self.number if self.number > 1 else None}


@bp.get("/me/card")
@requires("own.records")
def mine() -> ResponseReturnValue:
    """Show the cards of one's household, to hold up at the door."""
    household = people.household(people.signed_in().id)
    standing = queries.standing_cards(one.id for one in household)
    faces = [face_of(standing[one.id], one) for one in household if one.id in standing]
    out_of_it = _withdrawn(household)
    lacking = [one for one in household if one.id not in standing and one not in out_of_it]
    told = {"lacking": lacking, "out_of_it": out_of_it, "called": called(household)}
    return render_template("cards/mine.html", faces=faces, household=household, **told)


def _withdrawn(residents: list[Resident]) -> list[Resident]:
    """Return those of whom nothing new is recorded: a card would lead nowhere."""
    since = consents.withdrawn(one.id for one in residents)
    return [one for one in residents if one.id in since]


@bp.post("/me/card")
@requires("own.records")
def make_mine() -> ResponseReturnValue:
    """Make the cards one's household lacks."""
    account = people.signed_in()
    actions.issue([one.id for one in people.household(account.id)], account.id)
    return redirect(url_for(".mine"))


@bp.post("/cards/<uuid:card_id>/loss")
@requires("own.records")
def lose(card_id: uuid.UUID) -> ResponseReturnValue:
    """Take back a lost card and make a new one, unless nothing new is recorded of its holder."""
    card, account = queries.get(card_id) or abort(404), people.signed_in()
    holder = people.resident_for(account, card.resident_id, "residents.see") or abort(404)
    actions.replace(card.id, account.id)
    has_new = not consents.has_withdrawn(holder.id)
    said = (
        _("The lost card no longer works. The new one is here.")
        if has_new
        else _("The lost card no longer works. A new one can be made once it is agreed again to take part.")
    )
    flash(said, "success")
    return redirect(next_or(url_for(".mine")))


@bp.get("/residents/cards")
@requires("residents.see")
def sheet() -> ResponseReturnValue:
    """Show the cards of a place's residents, ten to an A4 page, or of one resident."""
    here = _Asked()
    standing = queries.standing_cards(one.id for one in here.residents)
    faces = [face_of(standing[one.id], one) for one in here.residents if one.id in standing]
    out_of_it = _withdrawn(here.residents)
    lacking = [one for one in here.residents if one.id not in standing and one not in out_of_it]
    named = [*(one.home for one in here.residents), *here.below, *([here.place] if here.place else [])]
    page = {"asked": here, "label_of": communities.labeller(named), **_out_of_it(here, out_of_it)}
    return render_template("cards/sheet.html", faces=faces, lacking=lacking, **page)


def _out_of_it(here: _Asked, out_of_it: list[Resident]) -> dict[str, Any]:
    """Return who has withdrawn, and where it can be agreed again for the one whose card is asked for."""
    alone = out_of_it and here.place is None
    remedy = consents.remedy(out_of_it[0].id, people.signed_in().id) if alone else None
    return {"out_of_it": out_of_it, "again": remedy[0] if remedy else None}


@bp.post("/residents/cards")
@requires("residents.see")
def make() -> ResponseReturnValue:
    """Make the cards that are missing on one page of the sheet; refuses the card of one who may have none."""
    here, by = _Asked(), people.signed_in().id
    if here.place is None and here.residents:
        consents.refuse_if_withdrawn(here.residents[0].id, by)
    made = actions.issue([one.id for one in here.residents], by)
    flash(ngettext("%(num)d card was made.", "%(num)d cards were made.", made), "success")
    return redirect(url_for(".sheet", **here.address))
