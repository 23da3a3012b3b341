"""The Flask application, put together by create_app."""

from flask import Flask

from triage import api, cli, filters, views
from triage.config import Config, from_environment
from triage.extensions import EXTENSIONS, db, tune_postgres, tune_sqlite
from triage.jobs import queue
from triage.jobs.schedule import JOBS


def create_app(config: Config | None = None) -> Flask:
    """Return an application bound to its settings; without any it reads the environment."""
    settings = config or from_environment()
    settings.uploads_dir.mkdir(parents=True, exist_ok=True)
    settings.models_dir.mkdir(parents=True, exist_ok=True)
    app = Flask(__name__)
    app.config.from_mapping(settings.flask_settings())
    for extension in EXTENSIONS:
        extension.init_app(app)
    with app.app_context():
        (tune_sqlite if settings.is_sqlite else tune_postgres)(db.engine)
    queue.bind(app, JOBS)
    filters.register(app)
    cli.register(app)
    for blueprint in (*views.BLUEPRINTS, *api.BLUEPRINTS):
        app.register_blueprint(blueprint)
    return app
