"""Who may call what: every endpoint of the URL map stands in one table, for five kinds of callers.

An endpoint that is missing here fails, so that nobody adds a page without deciding who may see it.
"""

import shutil
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest

from models import Notice, NoticeKind, NoticeStatus, Role
from tests.conftest import make_app, running
from tests.factories import NOW, PASSWORD, TOKEN, account, case, correction, log_in, post, user
from triage.extensions import db, limiter
from triage.flow import keep_keywords, label, label_files, produce, receive, receive_history, register
from triage.jobs import exporting, labelling, replaying, tasks
from triage.queries import cases, directory, exports, notices
from triage.queries.cohorts import Cohort

OK, LOGIN = "allowed", "login"
CALLERS = ("own", "foreign", "supervisor", "diskominfo", "nobody")
# One row a kind of endpoint, in the order of CALLERS.
EVERYBODY = (OK, OK, OK, OK, OK)
LISTS = (OK, OK, OK, OK, LOGIN)
ONE_CASE = (OK, 404, OK, OK, LOGIN)
WORK = (OK, 404, 403, OK, 401)
ENTER_PAGE = (OK, OK, 403, OK, LOGIN)
ENTER = (OK, OK, 403, OK, 401)
ONE_ENTRY = (OK, 404, 403, OK, LOGIN)
CHANGE_ENTRY = (OK, 404, 403, OK, 401)
DESK_PAGE = (403, 403, 403, OK, LOGIN)
DESK = (403, 403, 403, OK, 401)
RULES_PAGE = (403, 403, OK, OK, LOGIN)
ONE_FILE = (OK, 404, 404, OK, LOGIN)
PROFILE = (OK, OK, OK, OK, 401)
TABLE = {
    "api_comments.take": (401, 401, 401, 401, 401),
    "api_health.health": EVERYBODY,
    "api_openapi.read": EVERYBODY,
    "calendar_editor.create": DESK,
    "calendar_editor.hours": DESK_PAGE,
    "calendar_editor.new": DESK_PAGE,
    "calendar_editor.save_hours": DESK,
    "calendar_editor.save_season": DESK,
    "calendar_editor.save_year": DESK,
    "calendar_editor.season": DESK_PAGE,
    "calendar_editor.year": DESK_PAGE,
    "calendars.assign": DESK,
    "calendars.compare": RULES_PAGE,
    "calendars.overview": RULES_PAGE,
    "calendars.page": RULES_PAGE,
    "calendars.units": RULES_PAGE,
    "approvals.overview": (403, 403, OK, 403, LOGIN),
    "cases.add_note": WORK,
    "cases.correct_intent": WORK,
    "cases.hand_over_case": WORK,
    "cases.hide_comment": WORK,
    "cases.judge_hiding": (403, 403, OK, 403, 401),
    "cases.needs_no_answer": WORK,
    "cases.record_elsewhere": WORK,
    "cases.reopen": WORK,
    "cases.resend": WORK,
    "cases.resolve_case": WORK,
    "cases.resume": WORK,
    "cases.save_draft": WORK,
    "cases.send_reply": WORK,
    "cases.take_case": WORK,
    "cases.wait": WORK,
    "cases.withdraw_comment": WORK,
    "comparisons.again": DESK,
    "comparisons.changed": DESK_PAGE,
    "components.echo": PROFILE,
    "components.gallery": LISTS,
    "components.job": LISTS,
    "deadlines.soon": LISTS,
    "directory.account": DESK_PAGE,
    "directory.accounts": DESK_PAGE,
    "directory.change_unit": DESK,
    "directory.change_user": DESK,
    "directory.choose_heads": DESK,
    "directory.close_account": DESK,
    "directory.create_account": DESK,
    "directory.create_user": DESK,
    "directory.edit_unit": DESK_PAGE,
    "directory.edit_user": DESK_PAGE,
    "directory.new_account": DESK_PAGE,
    "directory.new_token": DESK,
    "directory.new_user": DESK_PAGE,
    "directory.open_account": DESK,
    "directory.set_password": DESK,
    "directory.units": DESK_PAGE,
    "directory.users": DESK_PAGE,
    "entry.page": ENTER_PAGE,
    "entry.record": ENTER,
    "entry.result": ONE_ENTRY,
    "exports.download": ONE_FILE,
    "exports.order": PROFILE,
    "exports.overview": LISTS,
    "exports.page": ONE_FILE,
    "exports.progress": ONE_FILE,
    "fairness.overview": RULES_PAGE,
    "fairness.rows": RULES_PAGE,
    "exports.report": PROFILE,
    "figures.csv": LISTS,
    "figures.late": LISTS,
    "figures.load": LISTS,
    "figures.overview": LISTS,
    "figures.rows": LISTS,
    "figures.rows_csv": LISTS,
    "figures.times": LISTS,
    "histories.overview": DESK_PAGE,
    "histories.page": DESK_PAGE,
    "histories.progress": DESK_PAGE,
    "histories.refused": DESK_PAGE,
    "histories.upload": DESK,
    "imports.choose": CHANGE_ENTRY,
    "imports.discard": CHANGE_ENTRY,
    "imports.overview": ENTER_PAGE,
    "imports.page": ONE_ENTRY,
    "imports.progress": ONE_ENTRY,
    "imports.refused": ONE_ENTRY,
    "imports.upload": ENTER,
    "inbox.arrivals": LISTS,
    "inbox.case": ONE_CASE,
    "inbox.page": LISTS,
    "inbox.start": EVERYBODY,
    "models.cancel": DESK,
    "label_files.export": DESK_PAGE,
    "label_files.overview": DESK_PAGE,
    "label_files.page": DESK_PAGE,
    "label_files.progress": DESK_PAGE,
    "label_files.refused": DESK_PAGE,
    "label_files.upload": DESK,
    "labelling.agree": DESK_PAGE,
    "labelling.confused": DESK_PAGE,
    "labelling.decide": DESK,
    "labelling.dispute": DESK_PAGE,
    "labelling.disputes": DESK_PAGE,
    "labelling.draw": DESK,
    "labelling.name_unit": DESK,
    "labelling.overview": DESK_PAGE,
    "labelling.read": DESK,
    "labelling.screen": DESK_PAGE,
    "labelling.undo": DESK,
    "models.card": DESK_PAGE,
    "models.overview": DESK_PAGE,
    "models.page": DESK_PAGE,
    "models.progress": DESK_PAGE,
    "models.promote": DESK,
    "models.roll_back": DESK,
    "models.train": DESK,
    "keywords.add": DESK,
    "keywords.overview": DESK_PAGE,
    "keywords.remove": DESK,
    "keywords.unit": DESK_PAGE,
    "recomputes.csv": RULES_PAGE,
    "notices.overview": RULES_PAGE,
    "notices.resend": DESK,
    "notices.save": DESK,
    "recomputes.page": RULES_PAGE,
    "recomputes.progress": RULES_PAGE,
    "reviews.decide": DESK,
    "reviews.overview": DESK_PAGE,
    "reviews.page": (403, 403, 403, 404, LOGIN),
    "session.change_password": PROFILE,
    "session.change_preferences": PROFILE,
    "session.log_in": EVERYBODY,
    "session.log_out": PROFILE,
    "session.profile": LISTS,
    "session.try_log_in": EVERYBODY,
    "static": EVERYBODY,
    "targets.overview": RULES_PAGE,
    "targets.save": DESK,
    "watching.begin_shadow": DESK,
    "watching.end_shadow": DESK,
    "watching.history": DESK_PAGE,
    "watching.page": DESK_PAGE,
    "watching.shadow_page": DESK_PAGE,
}
UNGUARDED = {
    "api_comments.take",  # by token
    "api_health.health",
    "api_openapi.read",
    "components.echo",  # not there outside development
    "components.gallery",
    "components.job",
    "inbox.start",  # leads to a guarded page
    "session.log_in",
    "session.try_log_in",
    "static",
}
LABELS = "teks,jenis\nLampu jalan padam,pengaduan\nKapan buka,entah\n"
CSV = "komentar,tanggal\nLampu jalan padam,2026-11-02 08:00\n,2026-11-02 09:00\n"


def rules(app):
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint == "session.log_out", rule.endpoint))


def method_of(rule):
    return "POST" if "POST" in rule.methods else "GET"


@pytest.fixture
def place(app, serving):
    """A regency with a case, imports and users of Dinkes; return what the addresses need."""
    where = account(db.session)
    for name, role, units in (
        ("own", Role.OPD_ADMIN, ("DINKES",)),
        ("foreign", Role.OPD_ADMIN, ("DPUPR",)),
        ("supervisor", Role.SUPERVISOR, ()),
        ("diskominfo", Role.DISKOMINFO, ()),
    ):
        user(db.session, role, units, username=name)
    found = case(db.session, where)
    keys = [kept_file(where.id, status=status) for status in (receive.PREVIEWED, receive.QUEUED)]
    target = user(db.session, username="lain").id
    label.add_tasks(db.session, [cases.comments(db.session, found.id)[0].id], label.GOLD, now=NOW)
    db.session.commit()
    history = kept_history()
    again = correction(db.session).id
    phrase = keep_keywords.add(db.session, "DINKES", "antrean puskesmas uji").id
    notice = failed_notice(target)
    values = {
        "notice_id": notice, "code": found.code, "key": keys[0], "done": keys[1], "history": history, "user_id": target, "run_id": serving.id, "reply_id": 1,
        "filename": "app.css", "task_id": 1, "stream": "emas", "form": "csv", "labels": labels_file(), "place": 1, "first": "complaint", "second": "question",
        "year": 2027, "recompute_id": again, "hiding_id": 1, "keyword_id": phrase, "export": ordered_file(),
    }  # fmt: skip
    db.session.rollback()
    return values


def labels_file():
    folder = tasks.settings().uploads_dir
    record = label_files.keep_upload(
        db.session, BytesIO(LABELS.encode()), "label.csv", folder, user_id=None, now=datetime.now(UTC)
    )
    labelling.import_labels.work(record.id)
    return record.key


def kept_history():
    """Import a log of one good line and one that is refused; return its key."""
    line = b'{"at": "2026-11-02T08:00:00+07:00", "type": "comment", "account": "DINKES", "platform": "x", "text": "a"}'
    folder = tasks.settings().uploads_dir
    record = receive_history.keep_log(db.session, BytesIO(line + b"\n-"), "log.jsonl", folder, user_id=None, now=NOW)
    replaying.run_history_import.work(record.id)
    return record.key


def ordered_file():
    """Return the key of a finished file that `own` ordered."""
    owner = directory.user_by_name(db.session, "own").id
    asked = exports.asked_of(
        Cohort(start=NOW - timedelta(days=30), end=NOW), None, {"name": "kasus", "days": "", "filters": ""}
    )
    row = produce.order(
        db.session,
        produce.Wanted(kind="cases", form="csv", title="Kasus", requester_id=owner, asked=asked),
        now=NOW,
    )
    exporting.make_export.work(row.id)
    return row.key


def failed_notice(user_id):
    """An e-mail that the mail server refused; return its id."""
    notice = Notice(
        key="uji", kind=NoticeKind.DIGEST, user_id=user_id, address="x@y.id", subject="s", body="b",
        status=NoticeStatus.FAILED, created_at=NOW, try_at=NOW,
    )  # fmt: skip
    notices.add(db.session, notice)
    db.session.commit()
    return notice.id


def kept_file(account_id, *, status):
    folder = tasks.settings().uploads_dir
    kept = receive.keep_upload(BytesIO(CSV.encode()), "kiriman.csv", account_id, folder)
    record = receive.receive_file(db.session, kept, status=status, now=NOW)
    if status is receive.QUEUED:
        tasks.run_import.work(record.id)
    return record.key


def address(app, rule, place):
    """Return an endpoint's address with something that exists in every gap."""
    values = {name: place.get(name) for name in rule.arguments}
    if rule.endpoint.startswith("directory.") and "code" in values:
        values["code"] = "DINKES" if "unit" in rule.rule else "DINKES-IG"
    if rule.endpoint.startswith("keywords.") and "code" in values:
        values["code"] = "DINKES"
    if rule.endpoint.startswith("calendar") and "code" in values:
        values["code"] = "kantor"
    if rule.endpoint.startswith("label_files.") and "key" in values:
        values["key"] = place["labels"]
    if rule.endpoint.startswith("histories.") and "key" in values:
        values["key"] = place["history"]
    if rule.endpoint.startswith("exports."):
        values |= {"key": place["export"]} if "key" in values else {}
        values |= {"form": "csv"} if "form" in values else {}
    if rule.endpoint.startswith("imports.") and rule.endpoint not in ("imports.choose", "imports.discard"):
        values["key"] = place["done"]
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, values)


def call(browser, method, where, token=""):
    return browser.open(where, method=method, data={"csrf_token": token} if method == "POST" else None)


def outcome(answer):
    if answer.status_code == 302 and "/masuk?" in answer.location:
        return LOGIN
    return OK if answer.status_code in (200, 204, 302, 409, 422) else answer.status_code


def signed_in(client, caller):
    return client if caller == "nobody" else log_in(client, caller)


def token_of(browser):
    """Return a valid CSRF token of the browser's own session, whether somebody is signed in or not."""
    return TOKEN.search(browser.get("/masuk", follow_redirects=True).text).group(1)


def test_every_endpoint_stands_in_the_table(app):
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(TABLE)


@pytest.mark.parametrize("caller", CALLERS)
def test_each_caller_gets_what_the_table_says(app, client, place, caller):
    browser = signed_in(client, caller)
    found = {
        rule.endpoint: outcome(call(browser, method_of(rule), address(app, rule, place), token_of(browser)))
        for rule in rules(app)
    }
    assert found == {endpoint: row[CALLERS.index(caller)] for endpoint, row in TABLE.items()}


def test_every_view_names_its_action_but_those_for_everybody(app):
    views = app.view_functions.items()
    assert {endpoint for endpoint, view in views if getattr(view, "action", None) is None} == UNGUARDED


@pytest.mark.parametrize("token", ["", "salah"], ids=["no token", "wrong token"])
@pytest.mark.parametrize("caller", ["diskominfo", "nobody"])
def test_every_post_needs_the_csrf_token(app, client, place, caller, token):
    browser = signed_in(client, caller)
    posts = [rule for rule in rules(app) if "POST" in rule.methods and rule.endpoint != "api_comments.take"]
    found = {rule.endpoint: call(browser, "POST", address(app, rule, place), token).status_code for rule in posts}
    assert found == {rule.endpoint: 400 for rule in posts}


def test_a_method_that_an_address_does_not_have_is_answered_with_those_it_has(app, client, place):
    browser = log_in(client, "diskominfo")
    for rule in rules(app):
        where = address(app, rule, place)
        wrong = ["DELETE", "PUT", *(["POST"] if where == "/" else [])]
        for method in wrong:
            answer = browser.open(where, method=method)
            assert (rule.endpoint, method, answer.status_code) == (rule.endpoint, method, 405)
            assert method_of(rule) in answer.headers["Allow"]


HUGE = 10**30


MISSING = (
    "/kasus/TIDAKADA1",
    "/kasus/%00",
    "/catat/TIDAKADA1",
    "/catat/%00",
    "/impor/tidak-ada",
    "/impor/%00",
    "/model/999999",
    "/pelabelan/putusan/999999",
    f"/pelabelan/putusan/{HUGE}",
    "/pelabelan/kesepakatan/complaint/%00",
    "/pelabelan/emas?unit=999999",
    f"/pelabelan/emas?ulang={HUGE}",
    "/pelabelan/berkas/%00",
    "/impor-riwayat/%00",
    "/pelabelan/lain",
    f"/model/{HUGE}",
    f"/model/{HUGE}/kartu",
    f"/model/{HUGE}/kemajuan",
    "/registrasi/pengguna/999999",
    f"/registrasi/pengguna/{HUGE}",
    "/registrasi/unit/TIDAK-ADA",
    "/registrasi/unit/%00",
    "/registrasi/akun/TIDAK-ADA",
    "/registrasi/akun/%00",
    "/kata-kunci/TIDAK-ADA",
    "/kata-kunci/%00",
    "/kalender/tidak-ada",
    "/kalender/%00",
    "/kalender/kantor?versi=99",
    "/kalender/kantor/banding?baru=99",
    "/kalender/tidak-ada/jam",
    "/kalender/kantor/libur/1999",
    f"/kalender/hitung-ulang/{HUGE}",
    "/kalender/hitung-ulang/999999",
    "/unduhan/tidak-ada",
    "/unduhan/%00",
    "/unduhan/%00/berkas.csv",
    "/tidak-ada",
    "/kasus/%F0%9F%99%8F",
    "/kasus/" + "A" * 5000,
)
HOSTILE = (
    "/kasus?q=%00",
    "/kasus?cari=%00",
    "/kasus?unit=%00&akun=%00&jenis=%00&platform=%00&tampilan=%00&setelah=%00",
    "/kasus?setelah=eyJ9",
    "/kasus?setelah=" + "A" * 300,
    "/kasus/baru-masuk?sejak=nan",
    "/kasus/baru-masuk?sejak=inf",
    "/kasus/baru-masuk?sejak=1e300",
    "/kasus/baru-masuk?sejak=-1e300",
    "/angka?unit=%00&jenis=%00&dari=%00&sampai=9999-99-99",
    "/angka?dari=0001-01-01&sampai=9999-12-31",
    "/angka/baris?angka=received&setelah=%00",
    "/angka/terlambat?setelah=%00&urut=%00",
    "/angka/layak-dilihat?periode=%00&dari=%00&unit=%00",
    "/angka/layak-dilihat/baris?pola=teks-sama&setelah=%00&unit=%00",
    "/angka/segera?setelah=%00&unit=%00",
    "/peringatan?setelah=%00&tampil=%00",
    "/unduhan?unit=%00&dari=%00&periode=bebas",
    "/kalender/kantor?versi=%00&bulan=%00",
    "/kalender/kantor?versi=²&bulan=9999-99",
    "/kalender/kantor/banding?lama=-1&baru=%00",
    "/kalender/kantor/musim?nama=%00",
)


def answers(app, addresses):
    user(db.session, Role.DISKOMINFO, username="meja")
    db.session.rollback()
    browser = log_in(app.test_client(), "meja")
    return {where: browser.get(where) for where in addresses}


def test_what_does_not_exist_is_a_404_page_on_each_database(each_app):
    found = answers(each_app, MISSING)
    assert {where: answer.status_code for where, answer in found.items()} == dict.fromkeys(MISSING, 404)
    assert [where for where, answer in found.items() if "<html" not in answer.text] == []


def test_a_hostile_query_is_answered_on_each_database(each_app):
    found = {where: answer.status_code for where, answer in answers(each_app, HOSTILE).items()}
    assert {where: code for where, code in found.items() if code not in (200, 422)} == {}


@pytest.mark.parametrize("reply_id", [1, 999999, HUGE])
def test_a_reply_that_is_not_there_cannot_be_sent_again(app, client, place, reply_id):
    browser = log_in(client, "own")
    answer = post(browser, f"/kasus/{place['code']}/balasan/{reply_id}/kirim-ulang")
    assert answer.status_code in (404, 422)


def test_a_form_for_a_foreign_case_is_404_whatever_is_typed(app, client, place):
    browser = log_in(client, "foreign")
    assert post(browser, f"/kasus/{place['code']}/catatan", text="").status_code == 404
    assert post(browser, f"/kasus/{place['code']}/catatan", text="titip").status_code == 404


def test_the_gallery_of_parts_is_hidden_outside_development(app, client):
    app.testing = False
    assert client.get("/components").status_code == 404


POLICY = ("default-src 'self'", "script-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'")


def test_every_answer_carries_the_security_headers(app, client, place):
    browser = log_in(client, "diskominfo")
    for rule in rules(app):
        answer = call(browser, method_of(rule), address(app, rule, place), token_of(browser))
        policy = answer.headers["Content-Security-Policy"]
        assert [part for part in POLICY if part not in policy] == []
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "Cache-Control" in answer.headers


@pytest.fixture
def other_app(tmp_path, sqlite_template):
    """Make an application on SQLite with other settings."""
    made = []

    def make(**given):
        shutil.copy(sqlite_template, tmp_path / "tanggap.db")
        runner = running(make_app(tmp_path, **given))
        made.append(runner)
        return next(runner)

    yield make
    for runner in made:
        next(runner, None)


@pytest.mark.parametrize("https_only", [True, False], ids=["https", "trial without https"])
def test_cookies_and_hsts_follow_the_https_setting(other_app, https_only):
    app = other_app(https_only=https_only)
    answer = app.test_client().get("/masuk", base_url="https://localhost" if https_only else "http://localhost")
    cookie = answer.headers["Set-Cookie"]
    assert ("Strict-Transport-Security" in answer.headers) is https_only
    assert ("Secure" in cookie) is https_only
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def attempt(app, name, address="10.0.0.1", password="salah sama sekali"):
    browser = app.test_client()
    token = TOKEN.search(browser.get("/masuk").text).group(1)
    values = {"csrf_token": token, "username": name, "password": password}
    return browser.post("/masuk", data=values, environ_overrides={"REMOTE_ADDR": address})


@pytest.fixture
def guarded(other_app):
    """An application that allows three log-in attempts a minute."""
    app = other_app(login_limit="3 per minute")
    user(db.session, username="budi")
    db.session.rollback()
    yield app
    limiter.reset()


def test_log_in_attempts_from_one_address_are_limited_whatever_the_name(guarded):
    assert [attempt(guarded, f"nama{n}").status_code for n in range(4)] == [422, 422, 422, 429]
    assert attempt(guarded, "budi", "10.0.0.9", PASSWORD).status_code == 302


def test_log_in_attempts_on_one_name_are_limited_whatever_the_address(guarded):
    assert [attempt(guarded, "Budi", f"10.0.0.{n}").status_code for n in range(4)] == [422, 422, 422, 429]
    refused = attempt(guarded, "budi", "10.0.0.9", PASSWORD)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) <= 60


def test_an_unknown_name_and_a_wrong_password_read_alike(guarded):
    unknown, wrong = attempt(guarded, "siapa"), attempt(guarded, "budi")
    assert "Nama pengguna atau kata sandi keliru" in unknown.text
    assert "Nama pengguna atau kata sandi keliru" in wrong.text


@pytest.fixture
def browsers(app):
    """Two browsers of one person, as on a desk and a phone."""
    user(db.session, username="budi")
    db.session.rollback()
    return [log_in(app.test_client(), "budi") for _ in range(2)]


def test_a_new_password_ends_the_other_sessions(browsers):
    desk, phone = browsers
    new = "kalimat lain yang panjang"
    assert post(desk, "/profil/kata-sandi", current=PASSWORD, password=new, repeated=new).status_code == 302
    assert desk.get("/kasus").status_code == 200
    assert outcome(phone.get("/kasus")) == LOGIN


def test_a_deactivated_user_is_out_at_once(browsers):
    person = directory.user_by_name(db.session, "budi")
    given = {"name": person.name, "role": person.role.value, "units": ["DINKES"]}
    register.change_user(db.session, person.id, is_active=False, self_id=0, **given)
    assert [outcome(browser.get("/kasus")) for browser in browsers] == [LOGIN, LOGIN]
    register.change_user(db.session, person.id, is_active=True, self_id=0, **given)
    assert [outcome(browser.get("/kasus")) for browser in browsers] == [LOGIN, LOGIN]


@pytest.mark.parametrize(("hours", "expected"), [(11.9, OK), (12.1, LOGIN)])
def test_a_session_ends_after_its_hours_however_busy_it_was(app, browsers, hours, expected):
    browser = browsers[0]
    with browser.session_transaction() as session:
        session["started_at"] = (datetime.now(UTC) - timedelta(hours=hours)).timestamp()
    assert outcome(browser.get("/kasus")) == expected


def test_a_session_without_a_beginning_is_none(browsers):
    with browsers[0].session_transaction() as session:
        del session["started_at"]
    assert outcome(browsers[0].get("/kasus")) == LOGIN


def test_signing_out_ends_the_session(browsers):
    assert post(browsers[0], "/keluar").status_code == 302
    assert outcome(browsers[0].get("/kasus")) == LOGIN


@pytest.mark.parametrize(
    "back",
    [
        "//evil.example",
        "https://evil.example",
        "\\\\evil.example",
        "/\\evil.example",
        "/%0d%0aSet-Cookie: a=b",
        "/\r\nSet-Cookie: a=b",
        "/\t/evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        " //evil.example",
        "///evil.example",
        "//[",
        "",
    ],
)
def test_signing_in_leads_nowhere_else(app, client, back):
    user(db.session, username="budi")
    db.session.rollback()
    token = TOKEN.search(client.get("/masuk").text).group(1)
    values = {"csrf_token": token, "username": "budi", "password": PASSWORD}
    answer = client.post("/masuk", query_string={"kembali": back}, data=values)
    assert answer.status_code == 302
    assert answer.location.startswith("/")
    assert "evil" not in answer.location.removeprefix("/%")
    assert "Set-Cookie: a" not in answer.location
    assert "a=b" not in "".join(answer.headers.getlist("Set-Cookie"))


def test_signing_in_leads_back_to_the_page_asked_for(app, client):
    user(db.session, username="budi")
    db.session.rollback()
    asked = client.get("/kasus?tampilan=late&q=banjir")
    token = TOKEN.search(client.get(asked.location).text).group(1)
    values = {"csrf_token": token, "username": "budi", "password": PASSWORD}
    assert client.post(asked.location, data=values).location == "/kasus?tampilan=late&q=banjir"
