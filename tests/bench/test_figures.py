"""The table of figures, as the README shows it."""

import pytest

from tests.bench.city import POSTGRESQL, SQLITE
from tests.bench.figures import Figure, fold


def test_each_work_has_one_line_with_both_promises_and_what_is_not_met_stands_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    fold(
        [
            Figure("home", SQLITE, 0.5, least=0.35),
            Figure("replay", SQLITE, 2.0, "s", most=5),
            Figure("home", POSTGRESQL, 0.17, least=0.18),
            Figure("told only", POSTGRESQL, 3, "ms"),
        ]
    )
    assert capsys.readouterr().out.splitlines()[1:] == [
        "| work | promised | SQLite | PostgreSQL |",
        "|---|---|---|---|",
        "| home | ≥ 0.35 ×, ≥ 0.18 × | 0.5 × | **0.17 ×** |",
        "| replay | ≤ 5 s | 2 s | – |",
        "| told only |  | – | 3 ms |",
    ]
