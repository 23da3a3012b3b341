"""The web application for a WSGI server and for `flask` commands."""

from triage import create_app

app = create_app()
