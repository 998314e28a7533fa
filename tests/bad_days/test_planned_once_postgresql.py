"""What is asked again and again is planned once on each connection, however little PostgreSQL thinks of that."""

from flask import Flask
from sqlalchemy import text

from reading.plain import Plain


def test_statements_made_once_are_planned_once(app: Flask) -> None:
    with app.test_request_context():
        assert Plain(lambda: text("SHOW plan_cache_mode")).look({}) == [("force_generic_plan",)]
