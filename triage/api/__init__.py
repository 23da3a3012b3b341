"""The REST interface for other systems."""

from triage.api import comments, health, openapi

BLUEPRINTS = (comments.blueprint, openapi.blueprint, health.blueprint)
