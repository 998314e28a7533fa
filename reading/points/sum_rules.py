"""In which periods residents and readers count. Pure."""

from collections.abc import Iterator

from reading.points.rules import ALL_TIME


def periods_since(month: str, last: str) -> list[str]:
    """Return the keys of the periods, up to the month ``last``, whose end is in the month or later: all time too.

    Who begins to live somewhere in the month is registered at the end of each of them.
    """
    months = list(_months(month, last))
    return [*months, *dict.fromkeys(one[:4] for one in months), ALL_TIME]


def periods_begun(before: str, last: str) -> list[str]:
    """Return the keys of the months and years that have begun after the month ``before``, up to the month ``last``."""
    begun = [one for one in _months(before, last) if one != before]
    return begun + [year for year in dict.fromkeys(one[:4] for one in begun) if year != before[:4]]


def _months(first: str, last: str) -> Iterator[str]:
    year, month = int(first[:4]), int(first[5:])
    while (key := f"{year:04}-{month:02}") <= last:
        yield key
        year, month = year + month // 12, month % 12 + 1


def is_out(period: str, left_in: str | None) -> bool:
    """Tell whether who left in a month (None: who did not) counts no more as a reader in a period, told by its key.

    In the months and years that were over by then they do: they were registered at the end of those.
    """
    return left_in is not None and (period == ALL_TIME or period >= left_in[: len(period)])
