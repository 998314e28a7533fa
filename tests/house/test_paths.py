"""Where a visitor may be sent on to."""

import pytest

from reading.paths import safe_next


@pytest.mark.parametrize("target", ["/", "/logbook", "/events/7?x=1&y=//a", "/communities/410581?q=开元"])
def test_a_path_of_this_site_is_followed(target: str) -> None:
    assert safe_next(target) == target


@pytest.mark.parametrize(
    "target",
    [None, "", "evil", "//evil", "///evil", "/\\evil", "\\\\evil", "https://evil/", "/\t/evil", "/\n/evil", " //evil",
     "javascript:alert(1)", "http:/evil", "/%0d\n"],
)  # fmt: skip
def test_another_host_in_any_disguise_is_not(target: str | None) -> None:
    assert safe_next(target) is None
