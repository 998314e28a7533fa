"""Pages of learning days."""

from flask import Blueprint

bp = Blueprint("learning_days", __name__)
