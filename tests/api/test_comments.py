"""Comments sent by other systems: stored first, read once, and every mistake answered in JSON."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import func, select

from models import Case, Comment, RawEvent, Source
from tests.conftest import make_app, running
from tests.factories import account
from triage.extensions import db, limiter
from triage.flow import register
from triage.jobs.queue import bound

ADDRESS = "/api/v1/comments"
KEPT = (
    "external_id",
    "text",
    "author_name",
    "author_id",
    "post_id",
    "post_caption",
    "permalink",
    "parent_id",
    "posted_at",
)


def comment(**given):
    values = {
        "external_id": "k1",
        "text": "Jalan rusak di depan pasar",
        "posted_at": (datetime.now(UTC) - timedelta(hours=1)).isoformat(),
    }
    return values | given


@pytest.fixture
def token(app):
    account(db.session)
    return register.new_token(db.session, "DINKES-IG")


@pytest.fixture
def send(client, token):
    def send(*comments, **given):
        headers = {"Authorization": f"Bearer {given.pop('token', token)}"}
        return client.post(ADDRESS, json={"comments": list(comments)}, headers=headers, **given)

    return send


def stored():
    db.session.rollback()
    return [json.loads(event.body) for event in db.session.exec(select(RawEvent))]


def count(table):
    db.session.rollback()
    found = db.session.exec(select(func.count()).select_from(table)).one()
    db.session.rollback()
    return found


def test_a_delivery_is_stored_before_it_is_read_and_becomes_a_case(send):
    answer = send(comment(author_name="Siti", post_id="p9"))
    assert (answer.status_code, answer.json) == (202, {"received": 1, "refused": []})
    assert (len(stored()), count(Comment)) == (1, 0)
    bound().drain()
    found = db.session.exec(select(Comment)).one()
    assert (found.text, found.author_name, found.source) == ("Jalan rusak di depan pasar", "Siti", Source.API)


def test_the_same_delivery_twice_changes_nothing(send):
    sent = comment()
    for _ in range(3):
        assert send(sent).status_code == 202
        bound().drain()
    assert (count(Comment), count(Case)) == (1, 1)


def test_a_comment_twice_in_one_body_is_kept_once(send):
    sent = comment()
    assert send(sent, sent).json["received"] == 2
    bound().drain()
    assert count(Comment) == 1


def test_a_bad_comment_is_named_and_the_others_are_kept(send):
    answer = send(comment(), comment(external_id="k2", text=" "), comment(external_id="k3"))
    assert answer.status_code == 202
    assert answer.json == {"received": 2, "refused": [{"index": 1, "reason": "text tidak boleh kosong."}]}
    assert [row["external_id"] for row in stored()[0]] == ["k1", "k3"]


def test_when_nothing_can_be_taken_nothing_is_stored(send):
    answer = send(comment(text=""))
    assert answer.status_code == 422
    assert answer.json["received"] == 0
    assert "Tidak ada komentar" in answer.json["error"]
    assert stored() == []


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        pytest.param({"text": ""}, "text tidak boleh kosong.", id="empty text"),
        pytest.param({"text": "\x00\x07"}, "text tidak boleh kosong.", id="control characters only"),
        pytest.param({"text": "\u200b\u2060"}, "Isi komentar kosong.", id="invisible text"),
        pytest.param({"text": "a" * 100_000}, "text terlalu panjang.", id="100,000 characters"),
        pytest.param({"text": 5}, "text harus teks dalam tanda kutip.", id="number as text"),
        pytest.param({"external_id": 12345}, "external_id harus teks", id="number as id"),
        pytest.param({"external_id": "\x00"}, "external_id tidak boleh kosong.", id="NUL id"),
        pytest.param({"external_id": "9" * 201}, "external_id terlalu panjang.", id="long id"),
        pytest.param({"posted_at": "2999-01-01T00:00:00+07:00"}, "masa depan", id="far future"),
        pytest.param({"posted_at": "9999-12-31T23:59:59-23:00"}, "masa depan", id="last moment of all"),
        pytest.param({"posted_at": "0001-01-01T00:00:00+23:00"}, "sebelum tahun 2005", id="first moment of all"),
        pytest.param({"posted_at": "2026-03-01T08:15:00"}, "zona waktu", id="no offset"),
        pytest.param({"posted_at": "kemarin"}, "ISO 8601", id="no time"),
        pytest.param({"posted_at": 1_770_000_000}, "ISO 8601", id="seconds"),
        pytest.param({"posted_at": None}, "ISO 8601", id="null time"),
        pytest.param({"author_name": []}, "author_name harus teks", id="list as name"),
    ],
)
def test_a_comment_that_cannot_be_kept_says_what_to_do(send, given, reason):
    answer = send(comment(**given))
    assert answer.status_code == 422
    assert reason in answer.json["refused"][0]["reason"]


@pytest.mark.parametrize("given", [None, 1, "kata", [], {}, {"text": "a"}], ids=repr)
def test_what_is_no_comment_is_refused_alone(send, given):
    answer = send(given, comment())
    assert answer.json["received"] == 1
    assert answer.json["refused"][0]["index"] == 0


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param("🙏😭", "🙏😭", id="emoji only"),
        pytest.param("شكرا جزيلا", "شكرا جزيلا", id="right to left"),
        pytest.param("\u202eterbalik", "\u202eterbalik", id="direction marks stay"),
        pytest.param("a\x00b\x1bc", "abc", id="NUL and escape"),
        pytest.param("baris\r\nbaru", "baris\nbaru", id="line ends"),
        pytest.param("putus \ud83d di sini", "putus  di sini", id="half an emoji"),
        pytest.param("=HYPERLINK(1)", "=HYPERLINK(1)", id="formula stays as written"),
        pytest.param("'=1", "'=1", id="apostrophe is the citizen's"),
    ],
)
def test_words_are_kept_as_they_were_written(send, text, kept):
    assert send(comment(text=text)).status_code == 202
    bound().drain()
    assert db.session.exec(select(Comment.text)).one() == kept


def test_ornaments_that_do_not_fit_cost_no_comment(send):
    given = {
        "author_name": "n" * 300,
        "post_caption": "c" * 9000,
        "permalink": "javascript:alert(1)",
        "parent_id": None,
    }
    assert send(comment(**given)).status_code == 202
    (row,) = stored()[0]
    assert (len(row["author_name"]), len(row["post_caption"]), row["permalink"], row["parent_id"]) == (
        200,
        5000,
        "",
        "",
    )


def test_only_what_is_named_is_stored(send):
    send(comment(is_own=True, row=7, surprise="x"))
    assert set(stored()[0][0]) == set(KEPT)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer salah", "Basic abc", "Bearer tgp_" + "a" * 5000])
def test_a_wrong_token_is_refused_and_stores_nothing(client, token, header):
    answer = client.post(ADDRESS, json={"comments": [comment()]}, headers={"Authorization": header})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="tanggap"')
    assert "Diskominfo" in answer.json["error"]
    assert stored() == []


def test_a_closed_account_takes_nothing(send):
    register.set_account_active(db.session, "DINKES-IG", is_active=False)
    assert send(comment()).status_code == 401


def test_a_new_token_ends_the_old_one(send):
    fresh = register.new_token(db.session, "DINKES-IG")
    assert send(comment()).status_code == 401
    assert send(comment(), token=fresh).status_code == 202


def test_a_token_takes_comments_for_its_own_account_only(send):
    other = account(db.session, code="DPUPR-FB", unit="DPUPR", platform="facebook")
    own = register.known_account(db.session, "DINKES-IG").id
    db.session.rollback()
    send(comment())
    assert other.id != own
    assert [event.account_id for event in db.session.exec(select(RawEvent))] == [own]


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        pytest.param(b"", "application/json", 400, id="empty"),
        pytest.param(b'{"comments": [', "application/json", 400, id="cut off"),
        pytest.param(b"\xff\xfe\x00", "application/json", 400, id="no UTF-8"),
        pytest.param(b"[" * 100_000, "application/json", 400, id="deeply nested"),
        pytest.param(b"9" * 5000, "application/json", 400, id="endless number"),
        pytest.param(b"[]", "application/json", 422, id="a list"),
        pytest.param(b"{}", "application/json", 422, id="no comments"),
        pytest.param(b'{"comments": {}}', "application/json", 422, id="comments are no list"),
        pytest.param(b'{"comments": []}', "application/json", 422, id="no comment"),
        pytest.param(b"comments=1", "application/x-www-form-urlencoded", 415, id="a form"),
        pytest.param(b"{}", "text/plain", 415, id="plain text"),
        pytest.param(json.dumps({"comments": [{}] * 1001}).encode(), "application/json", 413, id="1,001 comments"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_as_a_whole(client, token, body, kind, code):
    answer = client.post(ADDRESS, data=body, content_type=kind, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.mimetype) == (code, "application/json")
    assert answer.json["error"]
    assert stored() == []


def test_a_huge_body_is_refused_before_it_is_read(app, client, token):
    app.config["MAX_CONTENT_LENGTH"] = 1000
    body = json.dumps({"comments": [comment(text="a" * 2000)]})
    answer = client.post(
        ADDRESS, data=body, content_type="application/json", headers={"Authorization": f"Bearer {token}"}
    )
    assert (answer.status_code, answer.mimetype) == (413, "application/json")


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_a_wrong_method_is_answered_in_json(client, method):
    answer = getattr(client, method)(ADDRESS)
    assert (answer.status_code, answer.mimetype) == (405, "application/json")
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize("address", ["/api/", "/api/v1/", "/api/v2/comments", "/api/v1/comments/5"])
def test_an_unknown_address_is_answered_in_json(client, address):
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (404, "application/json")


def test_requests_of_one_token_are_limited_and_another_token_goes_on(tmp_path, sqlite_template):
    (tmp_path / "tanggap.db").write_bytes(sqlite_template.read_bytes())
    for app in running(make_app(tmp_path, api_limit="2 per minute")):
        limiter.reset()
        account(db.session)
        account(db.session, code="DPUPR-FB", unit="DPUPR", platform="facebook")
        first, second = register.new_token(db.session, "DINKES-IG"), register.new_token(db.session, "DPUPR-FB")
        client = app.test_client()

        def code(token, client=client):
            return client.post(ADDRESS, json={"comments": [comment()]}, headers={"Authorization": f"Bearer {token}"})

        assert [code(first).status_code for _ in range(3)] == [202, 202, 429]
        refused = code(first)
        assert (refused.mimetype, "Tunggu" in refused.json["error"]) == ("application/json", True)
        assert code(second).status_code == 202
        assert [code(f"tgp_{number}").status_code for number in range(3)] == [401, 401, 429]
        limiter.reset()


def test_no_token_or_word_of_a_citizen_is_logged(send, token, caplog):
    send(comment(text="rahasia warga", author_name="Siti"), comment(text=""))
    send(comment(text=""), token="tgp_salah")
    bound().drain()
    written = caplog.text + str([record.__dict__ for record in caplog.records])
    assert not any(secret in written for secret in ("rahasia warga", "Siti", token, "tgp_salah"))


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
ITEM = st.fixed_dictionaries(
    {},
    optional={name: ANY_JSON | st.text() | st.datetimes().map(lambda at: f"{at.isoformat()}+07:00") for name in KEPT},
)


@pytest.fixture
def _unlimited():
    limiter.enabled = False
    yield
    limiter.enabled = True


@pytest.mark.usefixtures("_unlimited")
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANY_JSON | st.fixed_dictionaries({"comments": st.lists(ITEM | ANY_JSON, max_size=3)}))
def test_no_json_whatever_breaks_the_service(client, token, given):
    body = json.dumps(given)
    answer = client.post(
        ADDRESS, data=body, content_type="application/json", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code in (202, 422)
    bound().drain()
