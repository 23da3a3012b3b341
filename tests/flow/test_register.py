"""The register's rules on both databases."""

import threading

import pytest
from sqlmodel import select

from models import Account, Platform, Role, User
from tests.factories import account, user
from triage.errors import InvalidInput
from triage.extensions import db
from triage.flow import register


def change(session, person, **given):
    values = {"name": person.name, "role": person.role, "is_active": True, "units": (), "self_id": 0}
    return register.change_user(session, person.id, **(values | given))


def test_the_last_diskominfo_user_cannot_be_lost(session):
    first, second = user(session, Role.DISKOMINFO), user(session, Role.DISKOMINFO)
    change(session, first, role=Role.SUPERVISOR)
    with pytest.raises(InvalidInput, match="tidak dapat dicabut"):
        change(session, second, is_active=False)
    session.rollback()
    assert session.get(User, second.id).is_active


def test_a_closed_diskominfo_user_does_not_count_and_may_change_role(session):
    kept, closed = user(session, Role.DISKOMINFO), user(session, Role.DISKOMINFO)
    change(session, closed, is_active=False)
    change(session, closed, role=Role.SUPERVISOR, is_active=False)
    with pytest.raises(InvalidInput):
        change(session, kept, role=Role.SUPERVISOR)


def test_two_who_remove_each_other_at_once_leave_one(each_app):
    people = [user(db.session, Role.DISKOMINFO) for _ in range(2)]
    ids = [(person.id, person.name) for person in people]
    db.session.rollback()
    start, refused = threading.Barrier(2), []

    def remove(mine, other):
        with each_app.app_context():
            start.wait()
            try:
                register.change_user(
                    db.session, other[0], name=other[1], role=Role.SUPERVISOR, is_active=True, units=(), self_id=mine[0]
                )
            except InvalidInput as exc:
                db.session.rollback()
                refused.append(exc)
            db.session.close()

    threads = [threading.Thread(target=remove, args=pair) for pair in (ids, ids[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    roles = sorted(db.session.exec(select(User.role)).all())
    assert (roles, len(refused)) == ([Role.DISKOMINFO, Role.SUPERVISOR], 1)


def test_a_refused_change_leaves_everything_as_it_was(session):
    person = user(session, Role.OPD_ADMIN)
    with pytest.raises(InvalidInput, match="paling sedikit satu unit"):
        change(session, person, name="Lain", units=())
    session.rollback()
    session.expire_all()
    assert session.get(User, person.id).name == "Budi Santoso"


@pytest.mark.parametrize("role", ["raja", "", "DISKOMINFO"])
def test_an_unknown_role_is_refused(session, role):
    person = user(session)
    with pytest.raises(InvalidInput, match="Peran harus"):
        change(session, person, role=role)


def test_names_lose_control_characters(session):
    person = user(session, name="Siti\x00 \x1bAminah")
    assert person.name == "Siti Aminah"


@pytest.mark.parametrize(
    ("platform", "code"), [(Platform.INSTAGRAM, "DINKES-IG"), (Platform.X, "DINKES-X"), (Platform.OTHER, "DINKES-LAIN")]
)
def test_a_code_is_made_of_unit_and_platform(session, platform, code):
    assert register.suggested_code(session, "DINKES", platform) == code


def test_a_suggested_code_is_free(session):
    account(session, code="dinkes-ig")
    account(session, code="DINKES-IG-2", handle="@lain")
    assert register.suggested_code(session, "DINKES", Platform.INSTAGRAM) == "DINKES-IG-3"


def test_the_same_handle_may_stand_on_two_platforms(session):
    account(session, handle="@dinkes")
    account(session, code="DINKES-FB", platform="facebook", handle="@dinkes")
    assert len(session.exec(select(Account)).all()) == 2


def test_only_the_hash_of_a_token_is_kept(session):
    account(session)
    token = register.new_token(session, "DINKES-IG")
    stored = session.exec(select(Account.token_digest)).one()
    assert stored == register.token_digest(token)
    assert token not in stored
