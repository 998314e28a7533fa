"""What two phones of a household write of the same person is not written over without a word."""

from datetime import date

from reading.extensions import db
from reading.people.models import Resident
from tests.cast import Cast
from tests.pages import Visitor


def fresh(resident: Resident) -> Resident:
    return db.session.get_one(Resident, resident.id, populate_existing=True)


def test_an_older_form_takes_no_newer_birth_date_back(cast: Cast, visitor: Visitor) -> None:
    where = f"/me/household/{cast.child.id}"
    older = visitor.sign_in(cast.resident).get(where)
    other = Visitor(visitor.app).sign_in(cast.resident)
    other.submit(other.get(where), born_on="2018-05-02")
    page = visitor.submit(older, 409, name="张小华")
    assert "This was changed since you opened the form" in page.text
    assert "Date of birth 2 May 2018" in page.text
    assert [page.soup.find(id=one)["value"] for one in ("name", "born_on")] == ["张小华", "2018-05-02"]
    for _tap in range(2):
        assert "Saved." in visitor.submit(page).text
    assert (fresh(cast.child).name, fresh(cast.child).born_on) == ("张小华", date(2018, 5, 2))


def test_that_somebody_is_no_child_any_more_is_told_in_words(cast: Cast, visitor: Visitor) -> None:
    where = f"/me/household/{cast.child.id}"
    older = visitor.sign_in(cast.resident).get(where)
    other = Visitor(visitor.app).sign_in(cast.resident)
    other.submit(other.get(where), born_on="1957-05-01", relation="other")
    page = visitor.submit(older, 409, name="张小华")
    assert "Who is it? A grown-up of the family" in page.text
    visitor.submit(page)
    assert (fresh(cast.child).name, fresh(cast.child).relation) == ("张小华", "other")


def test_the_same_form_sent_twice_and_one_of_before_are_saved(cast: Cast, visitor: Visitor) -> None:
    where = f"/me/household/{cast.resident.id}"
    page = visitor.sign_in(cast.resident).get(where)
    for _tap in range(2):
        assert "Saved." in visitor.submit(page, name="张晓朋").text
    assert "Saved." in visitor.submit(page, name="张晓鹏", seen=None).text
    assert fresh(cast.resident).name == "张晓鹏"


def test_the_second_tap_of_two_forms_that_say_the_same_is_no_change(cast: Cast, visitor: Visitor) -> None:
    where = f"/me/household/{cast.child.id}"
    older = visitor.sign_in(cast.resident).get(where)
    visitor.submit(visitor.get(where), name="张小华")
    assert "Saved." in visitor.submit(older, name="张小华").text
