"""The commands of ``flask --app reading …``."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Add every command group to ``app``."""
