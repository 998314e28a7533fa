"""What is over or has ended shows no form that could only be refused."""

from reading.events.actions import cancel
from reading.groups import actions
from reading.groups.models import StudyGroup
from tests.cast import Cast
from tests.clock import TestClock
from tests.groups.grouping import meet
from tests.pages import Visitor


def test_what_cannot_be_changed_any_more_shows_no_form(
    librarian: Visitor, cast: Cast, group: StudyGroup, clock: TestClock
) -> None:
    event, other = meet(group, cast.librarian), meet(group, cast.librarian)
    cancel(other.id, "", cast.librarian.id)
    refused = librarian.get(f"/groups/{group.id}/meetings/{other.id}", 409)
    assert "This event has been cancelled already." in refused.text
    assert refused.soup.find("form", id="move") is None
    changing = f"/groups/{group.id}/meetings/{event.id}"
    assert "Cancel the meeting" in librarian.get(changing).text
    clock.set(event.ends_at)
    assert "Cancel the meeting" not in librarian.get(changing).text
    actions.end(group.id, "", cast.librarian)
    for path in ("meetings/new", "edit"):
        assert "This group has ended." in librarian.get(f"/groups/{group.id}/{path}", 409).text
    for path in ("members/spoken", "book"):
        assert "This group has ended." in librarian.post(f"/groups/{group.id}/{path}", 409, follow=True).text
