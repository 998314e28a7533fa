"""The Chinese catalogue holds every text of the source, translated, and nothing else."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
LOCALE = "zh_Hans_CN"
PO = ROOT / "reading" / "translations" / LOCALE / "LC_MESSAGES" / "messages.po"
Text = str | list[str] | tuple[str, ...] | None
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]")


def messages(catalogue: Catalog) -> dict[tuple[str | None, str], Message]:
    """The catalogue's messages without its header, by context and singular msgid."""
    return {(m.context, texts(m.id)[0]): m for m in catalogue if m.id}


def texts(text: Text) -> list[str]:
    """The forms of a text: one, or several where it tells singular from plural."""
    return [text or ""] if isinstance(text, str | None) else list(text)


def is_translated(message: Message) -> bool:
    return all(text.strip() for text in texts(message.string))


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    template = tmp_path_factory.mktemp("texts") / "messages.pot"
    command = ["pybabel", "--quiet", "extract", f"--mapping-file={ROOT / 'pyproject.toml'}"]
    CommandLineInterface().run([*command, f"--output-file={template}", str(ROOT)])
    with template.open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="module")
def chinese() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale=LOCALE)


def test_every_text_of_the_source_is_in_the_catalogue(source: Catalog, chinese: Catalog) -> None:
    assert sorted(messages(source).keys() - messages(chinese).keys(), key=str) == []


def test_the_catalogue_holds_no_text_that_the_source_lost(source: Catalog, chinese: Catalog) -> None:
    assert sorted(messages(chinese).keys() - messages(source).keys(), key=str) == []
    assert list(chinese.obsolete) == []


def test_every_text_has_its_chinese(chinese: Catalog) -> None:
    assert [m.id for m in messages(chinese).values() if not is_translated(m)] == []
    assert [m.id for m in messages(chinese).values() if m.fuzzy] == []


def test_the_chinese_has_the_placeholders_of_the_english(chinese: Catalog) -> None:
    def placeholders(text: Text) -> set[str]:
        return {found for one in texts(text) for found in PLACEHOLDER.findall(one)}

    translated = [m for m in messages(chinese).values() if is_translated(m)]
    assert [m.id for m in translated if placeholders(m.id) != placeholders(m.string)] == []
    assert [error for m in translated for error in m.check(chinese)] == []


def test_the_compiled_catalogue_is_current(chinese: Catalog) -> None:
    with PO.with_suffix(".mo").open("rb") as file:
        compiled = {key: texts(message.string) for key, message in messages(read_mo(file)).items()}
    written = {key: texts(m.string) for key, m in messages(chinese).items() if is_translated(m)}
    assert {key: compiled.get(key) for key in written} == written
    assert sorted(compiled.keys() - messages(chinese).keys(), key=str) == []
