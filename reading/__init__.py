"""Shuxiang 书香: a community reading program."""

import os
from collections.abc import Mapping

from flask import Flask

import config
from reading import access, clock, commands, database, errors, headers, language, templating
from reading.attendance import queries as attendance_queries
from reading.attendance import views as attendance_views
from reading.books import queries as books_queries
from reading.books import views as books_views
from reading.communities import views as communities_views
from reading.events import course_views as courses_views
from reading.events import views as events_views
from reading.extensions import compress, csrf, db, login, migrate
from reading.home import views as home_views
from reading.leaderboards import views as leaderboards_views
from reading.learning_days import queries as learning_days_queries
from reading.logbook import queries as logbook_queries
from reading.logbook import views as logbook_views
from reading.people import queries as people_queries
from reading.people import staff_views as people_staff_views
from reading.people import views as people_views
from reading.points import queries as points_queries
from reading.points import views as points_views

VIEWS = (
    home_views,
    people_views,
    people_staff_views,
    communities_views,
    books_views,
    logbook_views,
    points_views,
    events_views,
    courses_views,
    attendance_views,
    leaderboards_views,
)


def create_app(environ: Mapping[str, str] = os.environ, now: clock.Clock = clock.machine_clock) -> Flask:
    """Return the service, set up from ``READING_*`` variables; ``now`` returns aware UTC datetimes.

    Raises ``config.BadSetting`` for a setting it cannot run with.
    """
    app = Flask(
        __name__, template_folder=str(config.ROOT / "templates"), static_folder=str(config.ROOT / "static")
    )
    app.config.from_mapping(config.load(environ))
    db.init_app(app)
    database.init_app(app)
    migrate.init_app(app, db, directory=str(config.ROOT / "reading" / "migrations"), render_as_batch=True)
    csrf.init_app(app)
    compress.init_app(app)
    login.init_app(app)
    login.user_loader(people_queries.account_for_sign_in)
    clock.init_app(app, now)
    for part in (language, templating, access, errors, headers, commands):
        part.init_app(app)
    for views in VIEWS:
        app.register_blueprint(views.bp)
    books_queries.init_app(app, readers=logbook_queries.reader_count)
    points_queries.init_app(
        app,
        records=(logbook_queries.point_records, attendance_queries.point_records),
        stamps=learning_days_queries.point_stamps,
        labels=(logbook_queries.point_labels, attendance_queries.point_labels),
    )
    return app
