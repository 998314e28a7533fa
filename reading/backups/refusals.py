"""What is in a backup, and why one is not made or not taken back."""

from dataclasses import dataclass


class BackupRefused(Exception):
    """Nothing was changed; the message is a sentence for whoever runs the server."""


@dataclass(frozen=True)
class Contents:
    """What a file holds: the revisions of its schema (one, in a backup of ours) and the names of its tables."""

    revisions: list[str]
    tables: set[str]


NO_BACKUP = "{file} is no backup of this service."
TOO_NEW = "{file} was made by a newer version of the service; install that version, then restore it."
IN_USE = "The service still uses the database; stop it first."
EMPTY = "There is nothing to back up yet: the database holds no tables."
OTHER_KIND = "{file} is a backup of {theirs}; this service keeps its data in {ours}."
