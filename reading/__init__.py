"""Shuxiang 书香: a community reading program."""

import gc
import os
import sys
from collections.abc import Mapping

from flask import Flask

import config
from reading import (
    access,
    account_tag,
    clock,
    database,
    errors,
    finished,
    headers,
    holes,
    intake,
    kept,
    language,
    late_commands,
    logs,
    packing,
    pieces,
    templating,
)
from reading.attendance import evenings
from reading.attendance import offline_views as attendance_offline_views
from reading.attendance import queries as attendance_queries
from reading.attendance import scan_views as scanning_views
from reading.attendance import views as attendance_views
from reading.audit import watching
from reading.books import queries as books_queries
from reading.books import views as books_views
from reading.calendars import views as calendars_views
from reading.cards import views as cards_views
from reading.check_in import code_views as codes_views
from reading.check_in import hall_views
from reading.check_in import views as check_in_views
from reading.communities import views as communities_views
from reading.communities.models import Community
from reading.events import course_views as courses_views
from reading.events import views as events_views
from reading.events.models import Course, Event
from reading.extensions import csrf, db, login
from reading.groups import meeting_views as groups_meeting_views
from reading.groups import queries as groups_queries
from reading.groups import views as groups_views
from reading.groups.models import StudyGroup
from reading.home import desk_views
from reading.home import views as home_views
from reading.imports import views as imports_views
from reading.leaderboards import views as leaderboards_views
from reading.learning_days import queries as learning_days_queries
from reading.logbook import queries as logbook_queries
from reading.logbook import review_views as logbook_review_views
from reading.logbook import views as logbook_views
from reading.paper import views as paper_views
from reading.people import consent_queries
from reading.people import role_views as people_role_views
from reading.people import staff_views as people_staff_views
from reading.people import views as people_views
from reading.people.models import Resident
from reading.points import queries as points_queries
from reading.points import sum_actions as points_sum_actions
from reading.points import views as points_views
from reading.records import guest_views as guest_views
from reading.records import month_views as month_views
from reading.records import views as records_views
from reading.registers import views as registers_views
from reading.rights import consent_views, data_views, merge_views, trail_views
from reading.rights import own_account_views as own_accounts_views
from reading.rights import views as rights_views
from reading.service import Service
from reading.sign_ins import account_queries, present
from reading.sign_ins import account_views as accounts_views
from reading.sign_ins import code_queries as given_codes_queries
from reading.sign_ins import code_views as given_codes_views
from reading.sign_ins import device_views as sign_ins_device_views
from reading.sign_ins import queries as sign_ins_queries
from reading.sign_ins import totp_views as second_factor_views
from reading.sign_ins import views as sign_ins_views
from reading.stewards import neighbour_views as neighbours_views
from reading.stewards import views as stewards_views
from reading.volunteers import queries as volunteers_queries
from reading.volunteers import views as volunteers_views

VIEWS = (
    home_views,
    desk_views,
    people_views,
    people_staff_views,
    people_role_views,
    merge_views,
    consent_views,
    data_views,
    sign_ins_views,
    sign_ins_device_views,
    accounts_views,
    given_codes_views,
    second_factor_views,
    communities_views,
    cards_views,
    books_views,
    logbook_views,
    logbook_review_views,
    points_views,
    events_views,
    courses_views,
    volunteers_views,
    calendars_views,
    scanning_views,
    attendance_views,
    attendance_offline_views,
    check_in_views,
    codes_views,
    hall_views,
    paper_views,
    registers_views,
    records_views,
    guest_views,
    month_views,
    rights_views,
    trail_views,
    own_accounts_views,
    stewards_views,
    neighbours_views,
    imports_views,
    groups_views,
    groups_meeting_views,
    leaderboards_views,
)

# Imported by whoever serves, and by nobody else.
SERVER = "granian"
# So many things more than before, and their garbage is searched for (700 by itself); they take 1 MB.
GARBAGE = 10_000


def create_app(environ: Mapping[str, str] = os.environ, now: clock.Clock | None = None) -> Flask:
    """Return the service, set up from ``READING_*`` variables; ``now`` returns aware UTC datetimes.

    Without ``now`` the time is the machine's, as the database agrees.

    Raises ``config.BadSetting`` for a setting it cannot run with.
    """
    app = Service(
        __name__, template_folder=str(config.ROOT / "templates"), static_folder=str(config.ROOT / "static")
    )
    app.config.from_mapping(config.load(environ))
    for part in (finished, logs, intake):
        part.init_app(app)
    db.init_app(app)
    database.init_app(app)
    csrf.init_app(app)
    packing.init_app(app)
    login.init_app(app)
    clock.init_app(app, now or clock.AgreedClock())
    for part in (
        language,
        templating,
        kept,
        pieces,
        holes,
        access,
        account_tag,
        present,
        errors,
        headers,
        watching,
        late_commands,
    ):
        part.init_app(app)
    for views in VIEWS:
        app.register_blueprint(views.bp)
    watching.file_under(
        app,
        event_id=(Event.id, Event.community_id),
        course_id=(Course.id, Course.community_id),
        group_id=(StudyGroup.id, StudyGroup.community_id),
        resident_id=(Resident.id, Resident.community_id),
        code=(Community.code, Community.code),
    )
    books_queries.init_app(app, readers=logbook_queries.reader_count)
    sign_ins_queries.init_app(app, busy=evenings.is_busy)
    consent_queries.init_app(app)
    volunteers_queries.init_app(app, known=attendance_queries.known_here)
    given_codes_queries.init_app(app)
    account_queries.init_app(app)
    rights_views.init_app(app)
    groups_queries.init_app(app)
    points_queries.init_app(
        app,
        records=(logbook_queries.point_records, attendance_queries.point_records),
        stamps=learning_days_queries.point_stamps,
        labels=(logbook_queries.point_labels, attendance_queries.point_labels),
    )
    points_sum_actions.init_app(app)
    if SERVER in sys.modules:
        # All of this lives as long as the worker. A search for garbage that looks through it takes 100 ms of somebody's
        # request, so that it is made seldom, and much garbage lies about in between; without it, 10 ms. Where apps come
        # and go, what they leave behind must be found.
        gc.freeze()
        # And what a request leaves is looked through once in some requests, not some times in each.
        gc.set_threshold(GARBAGE)
    return app
