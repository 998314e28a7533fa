"""The commands, and what migrates the database: loaded when a command is given, which a worker never does."""

from collections.abc import MutableMapping
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

import config
from reading.extensions import db
from reading.late import Late

commands: Any = Late("reading.commands")
flask_migrate: Any = Late("flask_migrate")


class Commands(AppGroup):
    """The app's group of commands, filled when it is first looked into."""

    def __init__(self, app: Flask) -> None:
        self._app, self._is_full = app, False
        self._found: MutableMapping[str, click.Command] = {}
        super().__init__(app.name)

    @property
    def commands(self) -> MutableMapping[str, click.Command]:
        """The commands by name."""
        if not self._is_full:
            self._is_full = True
            commands.init_app(self._app)
            migrate(self._app)
        return self._found

    @commands.setter
    def commands(self, found: MutableMapping[str, click.Command]) -> None:
        self._found = found


class Migrations:
    """What Flask-Migrate keeps with the app, made when it is first asked for anything."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def __getattr__(self, wanted: str) -> Any:
        migrate(self._app)
        return getattr(self._app.extensions["migrate"], wanted)


def migrate(app: Flask) -> None:
    """Let the database of ``app`` be migrated, by the group of commands ``db`` too."""
    directory = str(config.ROOT / "reading" / "migrations")
    flask_migrate.Migrate().init_app(app, db, directory=directory, render_as_batch=True)


def init_app(app: Flask) -> None:
    """Give ``app`` its commands."""
    app.cli = Commands(app)
    app.extensions["migrate"] = Migrations(app)
