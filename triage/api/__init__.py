"""The REST interface for other systems."""

from flask import Blueprint

BLUEPRINTS: tuple[Blueprint, ...] = ()
