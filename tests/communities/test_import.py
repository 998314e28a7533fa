"""`communities import`: all or nothing, again is a no-op."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

import config
from reading.communities import actions, queries
from reading.communities.models import Community
from reading.csv_files import BadFile
from reading.extensions import db

REAL = config.ROOT / "reading/communities/data/linzhou-communities.csv"
HEADER = "code,parent_code,level,name\n"
SOUND = HEADER + "v,t,community,上庄村民委员会\nt,c,township,任村镇\nc,,city,林州市\n"


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Community)) or 0


def refusal(content: bytes) -> str:
    with pytest.raises(BadFile) as bad:
        actions.import_tree(content)
    assert count() == 0
    return str(bad.value)


def test_the_real_city_comes_in_and_again_is_a_no_op(app: Flask) -> None:
    first = actions.import_tree(REAL.read_bytes())
    again = actions.import_tree(REAL.read_bytes())
    assert (first.added, first.renamed, first.unchanged) == (610, 0, 0)
    assert (again.added, again.renamed, again.unchanged) == (0, 0, 610)
    assert count() == 610
    assert len(queries.search("上庄村")) == 4


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "with a byte order mark"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_parents_may_come_after_children(app: Flask, mark: bytes, newline: str) -> None:
    assert actions.import_tree(mark + SOUND.replace("\n", newline).encode()).added == 3
    node = queries.get("v")
    assert node is not None
    assert (node.path, node.short_name, node.keys.split()[0]) == ("/c/t/v/", "上庄村", "szc")


def test_another_name_renames(app: Flask) -> None:
    actions.import_tree(SOUND.encode())
    counts = actions.import_tree((HEADER + "v,t,community,下庄村民委员会\n").encode())
    assert (counts.added, counts.renamed) == (0, 1)
    assert [one.code for one in queries.search("xzc")] == ["v"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (SOUND.encode("gb18030"), "line 2: this is not UTF-8; it looks like GBK"),
        (SOUND.encode()[:-3] + b"\xff\n", "line 4: this is not UTF-8"),
        (b"", "the file is empty"),
        (b"code;parent_code;level;name\n", "line 1: the header must be"),
        (b"code,parent,level,name\nc,,city,x\n", "line 1: the header must be"),
        ((SOUND + "x,t,community\n").encode(), "line 5: 3 columns instead of 4"),
        ((SOUND + 'x,t,community,"open\n').encode(), "line 5: this is not CSV"),
        ((SOUND + "x,nowhere,community,某村\n").encode(), "line 5: the parent nowhere"),
        ((HEADER + "a,b,compound,甲\nb,a,building,乙\n").encode(), "line 2: a is its own ancestor"),
        ((SOUND + "x,t,community,\0\n").encode(), "line 5"),
        ((SOUND + "x,t,community,\n").encode(), "line 5: the name is empty"),
    ],
)
def test_a_bad_file_imports_nothing_and_names_the_line(app: Flask, content: bytes, said: str) -> None:
    assert said in refusal(content)


def test_many_mistakes_are_told_together_up_to_twenty(app: Flask) -> None:
    told = refusal((SOUND + "".join(f"x{n},nowhere,community,村\n" for n in range(30))).encode())
    assert len(told.splitlines()) == 21
    assert told.endswith("and 10 more")


def test_the_command_prints_the_counts_or_the_lines(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "tree.csv"
    file.write_text(SOUND, encoding="utf-8")
    run = app.test_cli_runner().invoke
    assert run(args=["communities", "import", str(file)]).output == "3 added, 0 renamed, 0 unchanged\n"
    assert run(args=["communities", "import", str(file)]).output == "0 added, 0 renamed, 3 unchanged\n"
    file.write_text(SOUND + "w,t,unit,甲\n", encoding="utf-8")
    refused = run(args=["communities", "import", str(file)])
    assert refused.exit_code == 1
    assert "Nothing was imported." in refused.output
    assert "line 5: a unit cannot stand under a township (t)" in refused.output
