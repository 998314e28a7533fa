"""Pages of logbook."""

from flask import Blueprint

bp = Blueprint("logbook", __name__)
