"""Every SELECT of the pages gathered from many features."""

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from reading.extensions import db


def database_answers() -> bool:
    """Tell whether the database answers at all."""
    try:
        return db.session.scalar(select(1)) == 1
    except SQLAlchemyError:
        db.session.rollback()
        return False
