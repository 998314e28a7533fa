"""The Flask extensions, made once and bound to the app by ``create_app``."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Flask, g
from flask.globals import _cv_app
from flask_babel import Babel
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import Connection, Engine, MetaData
from sqlalchemy.orm import DeclarativeBase

from reading.form_tokens import FormTokens


class Base(DeclarativeBase):
    """Every constraint gets a name, so that code can catch the one it means."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


# Where a request keeps the connection that its action writes on.
HELD = "held_connection"


class Joining(Session):
    """A session that, within an action, works on the action's own connection and in its transaction."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        """Return what a statement is sent on."""
        held: Connection | None = g.get(HELD)
        return super().get_bind(*args, **kwargs) if held is None else held


def _at_hand() -> int:
    """Return what a session belongs to, as Flask-SQLAlchemy has it; asked with each touch of a session."""
    return id(_cv_app.get())


db = SQLAlchemy(
    model_class=Base,
    session_options={"expire_on_commit": False, "class_": Joining, "scopefunc": _at_hand},
)

# Flask-SQLAlchemy makes its Model at run time; the type checker is shown the class it is made from.
if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


class SignedIn(LoginManager):
    """Flask-Login's ``current_user``, looked up in one way alone.

    Left to itself it asks the session, a cookie of its own and a digest of the browser before it asks us, and looks
    into the session again after every request.
    """

    look_up: Callable[[], Any]
    # Returns the resident who asks, if nothing is to be written about them, and the rows of what is asked about them
    # (reading/holes.py).
    resident: Callable[[Any, Any], Any]

    def init_app(self, app: Flask, add_context_processor: bool = False) -> None:
        """Let ``app`` ask who is signed in."""
        app.login_manager = self  # type: ignore[attr-defined]

    def reader(self) -> Any:
        """Return who is signed in, as ``current_user`` does, which looks for them anew each time it is touched."""
        found = g.get("_login_user")
        if found is None:
            self._load_user()
            found = g._login_user
        return found

    def _load_user(self) -> None:
        g._login_user = self.look_up() or self.anonymous_user()


babel = Babel()
csrf = FormTokens()
login = SignedIn()
