"""A file that is there whole or not at all, and readable by nobody else."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reading.backups.refusals import BackupRefused


@contextmanager
def written_whole(target: Path, *, overwrite: bool) -> Iterator[Path]:
    """Yield an empty file (mode 0600) beside ``target`` that takes its name at the end, once it is on disk.

    On any error nothing is left of it. Raises :class:`BackupRefused` when ``target`` cannot be written, or is there
    already without ``overwrite``.
    """
    _check(target, overwrite)
    made = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        os.close(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        yield made
        _to_disk(made)
        _name(made, target, overwrite)
        _to_disk(target.parent)
    except OSError as error:
        raise BackupRefused(f"{target} could not be written: {error.strerror}.") from None
    finally:
        made.unlink(missing_ok=True)


def _check(target: Path, overwrite: bool) -> None:
    if not target.parent.is_dir():
        raise BackupRefused(f"There is no folder {target.parent}.")
    if target.exists() and not target.is_file():
        raise BackupRefused(f"{target} is no file.")
    if target.exists() and not overwrite:
        raise BackupRefused(f"{target} is there already; name another file, or add --overwrite.")


def _name(made: Path, target: Path, overwrite: bool) -> None:
    if overwrite:
        made.replace(target)
        return
    try:
        # A link, unlike a new name, never takes the place of a file that came meanwhile.
        target.hardlink_to(made)
    except FileExistsError:
        raise BackupRefused(f"{target} is there already; name another file, or add --overwrite.") from None
    except OSError:  # a memory stick knows no links
        _check(target, overwrite)
        made.rename(target)


def _to_disk(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
