"""What every connection is told when it opens, on each database."""

from sqlalchemy import text

SETTINGS = {
    "sqlite": {"pragma foreign_keys": 1, "pragma journal_mode": "wal", "pragma busy_timeout": 15_000},
    "postgresql": {"show jit": "off", "show plan_cache_mode": "force_custom_plan", "show random_page_cost": "1.1"},
}


def test_each_connection_is_set_up_for_its_database(session):
    wanted = SETTINGS[session.get_bind().dialect.name]
    assert {setting: session.connection().execute(text(setting)).scalar() for setting in wanted} == wanted
