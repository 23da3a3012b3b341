"""The inbox on both databases: order, pages, views and their counts, whose cases are seen, and search."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import groupby, pairwise
from string import ascii_lowercase

import pytest
from sqlmodel import select

from models import Case, CaseState, Intent, Mark, Platform, Role, Unit
from tests.factories import NOW, account, incoming, take_in, viewer
from triage.errors import NotFound, TriageError
from triage.queries import cases, inbox, search
from triage.queries.inbox import Filter, View
from triage.queries.paging import PAGE_SIZE, BadCursor, Cursor
from triage.rules.marks import bits_of
from triage.rules.workflow import is_open

DAY_END = datetime(2026, 11, 18, 17, 0, tzinfo=UTC)  # midnight in WIB
LATER = NOW + timedelta(days=3)
COUNTED = (View.OPEN, View.NEW, View.MINE, View.LATE, View.TODAY, View.WAITING, View.HOAX, View.TRIAGE)


@pytest.fixture
def desk(session):
    return viewer(session, Role.DISKOMINFO)


@pytest.fixture
def clinic(session):
    return viewer(session)


def arrive(session, *texts, where=None):
    """Take in comments of as many citizens; return their cases in the order of the texts."""
    take_in(session, where or account(session), *(incoming(text) for text in texts))
    return session.exec(select(Case).order_by(Case.id.desc()).limit(len(texts))).all()[::-1]


def unit_id(session, code):
    return session.exec(select(Unit.id).where(Unit.code == code)).one()


def put(session, found, unit="DINKES", **given):
    """Place a case where it would take long to bring it by work."""
    holder = unit_id(session, unit) if unit else None
    closed = None if is_open(given.get("state", CaseState.NEW)) else NOW
    values = {"intent": Intent.COMPLAINT, "due_at": LATER, "unit_id": holder, "holder_id": holder, "closed_at": closed}
    values |= {"routed_at": NOW, "sort_at": given.get("due_at", LATER)}
    for name, value in (values | given).items():
        setattr(found, name, value)
    session.add(found)
    session.commit()
    return found


def listed(session, who, view=View.ALL, **given):
    """Return the codes of every page of a view, in order."""
    codes, after = [], ""
    while True:
        page = inbox.page(session, who, Filter(view=view, after=after, **given), now=NOW, day_end=DAY_END)
        codes += [row.code for row in page.rows]
        if not page.next:
            return codes
        assert len(page.rows) == PAGE_SIZE
        after = page.next


@pytest.fixture
def regency(session, clinic):
    """Cases of every state, intent and deadline, at two units and in the triage queue; return them."""
    variants = [
        (unit, state, intent, due_at)
        for unit in ("DINKES", "DISDIK", None)
        for state in CaseState
        for intent in (Intent.COMPLAINT, Intent.HOAX_REPORT)
        for due_at in (NOW - timedelta(hours=1), NOW + timedelta(hours=1), LATER)
    ]
    found = arrive(session, *(f"keluhan nomor {number}" for number in range(len(variants))))
    for number, (case, (unit, state, intent, due_at)) in enumerate(zip(found, variants, strict=True)):
        assignee_id = clinic.user_id if unit == "DINKES" and number % 2 else None
        put(session, case, unit, state=state, intent=intent, due_at=due_at, assignee_id=assignee_id)
    return found


def test_the_nearest_deadline_comes_first_and_what_has_none_last(session, desk):
    found = arrive(session, "satu", "dua", "tiga", "empat")
    deadlines = (LATER, NOW - timedelta(days=9), None, NOW + timedelta(minutes=5))
    for case, due_at in zip(found, deadlines, strict=True):
        put(session, case, due_at=due_at, sort_at=due_at or NOW + timedelta(days=7000))
    assert listed(session, desk, View.OPEN) == [found[place].code for place in (1, 3, 0, 2)]


@pytest.mark.parametrize("view", [View.RESOLVED, View.NO_ANSWER])
def test_closed_cases_come_newest_first(session, desk, view):
    state = CaseState.RESOLVED if view is View.RESOLVED else CaseState.NO_ANSWER_NEEDED
    found = arrive(session, "satu", "dua", "tiga")
    for case, days in zip(found, (2, 9, 1), strict=True):
        put(session, case, state=state, closed_at=NOW - timedelta(days=days))
    assert listed(session, desk, view) == [found[place].code for place in (2, 0, 1)]


@pytest.mark.parametrize("view", [View.OPEN, View.RESOLVED, View.ALL])
def test_pages_neither_lose_nor_repeat_cases_with_equal_moments(session, desk, view):
    state = CaseState.RESOLVED if view is View.RESOLVED else CaseState.NEW
    found = arrive(session, *(f"keluhan {number}" for number in range(2 * PAGE_SIZE + 7)))
    for number, case in enumerate(found):
        moment = NOW + timedelta(hours=number // 40)
        put(
            session,
            case,
            state=state,
            due_at=moment,
            opened_at=moment,
            closed_at=moment if view is View.RESOLVED else None,
        )
    codes = listed(session, desk, view)
    assert len(codes) == len(set(codes)) == len(found)
    assert set(codes) == {case.code for case in found}


def test_a_page_that_is_just_full_is_the_last(session, desk):
    for case in arrive(session, *(f"keluhan {number}" for number in range(PAGE_SIZE))):
        put(session, case)
    page = inbox.page(session, desk, Filter(), now=NOW, day_end=DAY_END)
    assert (len(page.rows), page.next) == (PAGE_SIZE, None)


@pytest.mark.parametrize("role", list(Role))
def test_every_count_is_the_number_of_rows_of_its_view(session, clinic, regency, role):
    who = clinic if role is Role.OPD_ADMIN else viewer(session, role)
    counts = inbox.counts(session, who, now=NOW, day_end=DAY_END)
    assert counts == {view: len(listed(session, who, view)) for view in COUNTED}
    assert sum(counts.values()) > 0


def test_each_view_shows_what_its_name_says(session, clinic, desk, regency):
    by_code = {case.code: case for case in regency}
    holds = {
        View.OPEN: lambda case: is_open(case.state),
        View.NEW: lambda case: case.state is CaseState.NEW,
        View.LATE: lambda case: is_open(case.state) and case.due_at < NOW,
        View.TODAY: lambda case: is_open(case.state) and NOW <= case.due_at < DAY_END,
        View.WAITING: lambda case: case.state in (CaseState.WAITING_CITIZEN, CaseState.WAITING_OTHER),
        View.HOAX: lambda case: is_open(case.state) and case.intent is Intent.HOAX_REPORT,
        View.TRIAGE: lambda case: is_open(case.state) and case.holder_id is None,
        View.RESOLVED: lambda case: case.state is CaseState.RESOLVED,
        View.NO_ANSWER: lambda case: case.state is CaseState.NO_ANSWER_NEEDED,
        View.ALL: lambda case: True,
    }
    for view, condition in holds.items():
        wanted = {code for code, case in by_code.items() if condition(case)}
        assert wanted, view
        assert set(listed(session, desk, view)) == wanted, view
    mine = {code for code, case in by_code.items() if is_open(case.state) and case.assignee_id == clinic.user_id}
    assert set(listed(session, clinic, View.MINE)) == mine != set()


def test_an_administrator_sees_only_the_own_units_cases(session, clinic, regency):
    own = unit_id(session, "DINKES")
    foreign = {case.code for case in regency if case.holder_id != own}
    for view in View:
        codes = set(listed(session, clinic, view))
        assert not foreign & codes, view
        assert codes or view is View.TRIAGE


def test_an_administrator_of_two_units_sees_both_in_one_order(session, regency):
    both = viewer(session, units=("DINKES", "DISDIK"))
    by_code = {case.code: case for case in regency}
    codes = listed(session, both, View.OPEN)
    assert {by_code[code].holder_id for code in codes} == both.unit_ids
    assert all(by_code[a].sort_at <= by_code[b].sort_at for a, b in pairwise(codes))


def test_an_administrator_without_a_unit_sees_nothing(session, regency):
    nobody = viewer(session, units=("DINKES",))
    nobody = type(nobody)(nobody.user_id, nobody.role, frozenset())
    assert listed(session, nobody, View.ALL) == []
    assert set(inbox.counts(session, nobody, now=NOW, day_end=DAY_END).values()) == {0}


def test_a_guessed_code_opens_nobody_elses_case(session, clinic, regency):
    own = unit_id(session, "DINKES")
    for holder, found in groupby(regency, key=lambda case: case.holder_id):
        code = next(found).code
        assert listed(session, clinic, query=code) == ([code] if holder == own else [])
        if holder != own:
            with pytest.raises(NotFound):
                cases.find(session, clinic, code)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"intent": Intent.QUESTION}, [1]),
        ({"unit": "DISDIK"}, [2]),
        ({"platform": Platform.FACEBOOK}, [3]),
        ({"account": "LAIN-FB"}, [3]),
        ({"unit": "DISDIK", "intent": Intent.QUESTION}, []),
        ({"unit": "TIDAK-ADA"}, []),
        ({"account": "x' or '1'='1"}, []),
    ],
    ids=["intent", "unit", "platform", "account", "two at once", "unknown unit", "hostile account"],
)
def test_filters_narrow_the_list(session, desk, given, wanted):
    found = [*arrive(session, "satu", "dua", "tiga", where=account(session))]
    found += arrive(session, "empat", where=account(session, "LAIN-FB", platform="facebook"))
    for case, unit, intent in zip(
        found,
        ("DINKES", "DINKES", "DISDIK", "DINKES"),
        ("complaint", "question", "complaint", "complaint"),
        strict=True,
    ):
        put(session, case, unit, intent=Intent(intent))
    assert listed(session, desk, **given) == [found[place].code for place in wanted]


TEXTS = (
    "Lampu jalan padam di Tegalrejo",
    "Jalannya berlubang, lampunya mati",
    "Antrean KTP sangat panjang",
    "Kapan café dibuka? NEAR pasar atau NOT",
    "Sampah menumpuk \U0001f62d\U0001f62d",
)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("lampu", {0, 1}),
        ("LAMP", {0, 1}),
        ("lamp jal", {0, 1}),
        ("jalan padam", {0}),
        ("padam, tegal!", {0}),
        ("mpu", set()),
        ("ktp antre", {2}),
        ("near not", {3}),
        ("lampu ktp", set()),
        ("sampah", {4}),
    ],
)
def test_a_search_finds_comments_by_the_beginnings_of_all_words(session, desk, query, wanted):
    found = arrive(session, *TEXTS)
    assert set(listed(session, desk, query=query)) == {found[place].code for place in wanted}


@pytest.mark.parametrize("forms", [2, search.MOST_FORMS, search.MOST_FORMS + 5])
def test_a_beginning_of_few_or_many_words_finds_them_all(session, desk, forms):
    where = account(session)
    arrive(session, "Banjir di pasar", "Kami senang", where=where)
    found = arrive(session, *(f"Banjir{ascii_lowercase[n]} lagi, kami tunggu" for n in range(forms)), where=where)
    assert set(listed(session, desk, query="banj kam")) == {case.code for case in found}


def test_a_search_finds_any_comment_of_a_case(session, desk):
    where = account(session)
    take_in(session, where, incoming("Air mati", author_name="Siti"), incoming("masih keruh juga", author_name="Siti"))
    assert len(listed(session, desk, query="keruh")) == 1


@pytest.mark.parametrize("spelling", [str, str.lower, lambda code: f" {code[:3]}-{code[3:6]}-{code[6:]} "])
def test_a_tracking_code_finds_its_case_however_it_is_written(session, desk, spelling):
    found = arrive(session, *TEXTS)
    assert listed(session, desk, query=spelling(found[2].code)) == [found[2].code]


HOSTILE = (
    "'", '"', '""', "lampu'", 'lampu" OR "ktp', "lampu*", "* *", "NEAR(lampu jalan, 5)", "NOT lampu", "AND", "OR",
    "lampu & !ktp | x:*", "<->", "text:lampu", "-lampu", "^lampu", "{text}", "()", ":*", "\\", "%", "_", "a" * 200,
    "x " * 100, "\U0001f62d", "\U0001f62d\U0001f62d lampu", "\u202eupmal", "café", "\u0661\u0662", "\ufdfa", "\u01c5",
    "İ", "ß", "''; drop table comment; --", "\u0e01\u0e33", "e\u0301e\u0301", "a\u200db", "lampu_jalan", "__", "_ _", "²",
)  # fmt: skip


def test_hostile_searches_do_no_harm(session, desk):
    found = {case.code for case in arrive(session, *TEXTS)}
    for query in HOSTILE:
        assert set(listed(session, desk, query=query)) <= found, query
        session.rollback()
    assert set(listed(session, desk)) == found


def test_operators_are_read_as_words(session, desk):
    found = arrive(session, *TEXTS)
    assert listed(session, desk, query="lampu OR ktp") == []
    assert listed(session, desk, query="-padam*") == [found[0].code]


@pytest.mark.parametrize(
    "cursor",
    ["x", "%%%", "e30", "W10", "bnVsbA", "WzEsMl0", "WyIyMDI2LTExLTE4IiwgMV0", "é", "a" * 200,
     Cursor(NOW, 5).encode()[:-4], Cursor(NOW.replace(tzinfo=None), 5).encode(), Cursor(NOW, 10**30).encode(),
     Cursor(NOW, -1).encode(), Cursor(datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=9))), 5).encode()],
)  # fmt: skip
def test_a_mangled_cursor_is_refused_with_a_remedy(cursor):
    with pytest.raises(BadCursor, match="Buka kembali daftar dari awal") as caught:
        Cursor.decode(cursor)
    assert isinstance(caught.value, TriageError)


def test_a_page_after_a_mangled_cursor_is_refused(session, desk):
    with pytest.raises(BadCursor):
        inbox.page(session, desk, Filter(after="x"), now=NOW, day_end=DAY_END)


def test_arrivals_count_only_what_came_to_the_viewer(session, clinic, desk, regency):
    before, after = NOW - timedelta(seconds=1), NOW + timedelta(seconds=1)
    opened = [case for case in regency if is_open(case.state)]
    own = [case for case in opened if case.holder_id == unit_id(session, "DINKES")]
    assert inbox.arrived_since(session, clinic, since=before) == len(own)
    assert inbox.arrived_since(session, desk, since=before) == len(opened)
    assert inbox.arrived_since(session, desk, since=after) == 0


def test_a_mark_narrows_the_list_and_stands_on_its_lines(session, desk):
    pressing, both, plain = arrive(session, "api di pasar", "api lagi, sudah dilaporkan", "lampu mati")
    put(session, pressing, marks=bits_of([Mark.EMERGENCY]))
    put(session, both, marks=bits_of([Mark.EMERGENCY, Mark.REMINDER]))
    put(session, plain)
    assert set(listed(session, desk, mark=Mark.EMERGENCY)) == {pressing.code, both.code}
    assert listed(session, desk, mark=Mark.REMINDER) == [both.code]
    found = inbox.page(session, desk, Filter(view=View.ALL, mark=Mark.REMINDER), now=NOW, day_end=DAY_END)
    assert found.rows[0].marks == [Mark.EMERGENCY, Mark.REMINDER]
