"""The policy file: every number of the text with its clause, loading, and the pages that show it."""

from copy import deepcopy
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib import import_module
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.module_loading import import_string

from accounts.models import AccountEdition
from accounts.policy import PasswordRules
from funding.models import GrantEdition
from institutes.models import RecognitionEdition
from notices.models import ReminderEdition
from portal.policy.document import EDITION, PolicyFileError, read_policy_file
from portal.policy.loader import Effect, load_policy, policy_file, preview_policy
from portal.policy.reading import matters_by_clause, numbers_in_force
from portal.policy.versions import versions
from portal.policy.words import record_words, value_words
from records import clock
from records.errors import Conflict
from records.lifecycle import Lifecycle
from records.models import Edition
from tests.factories.institutes import CallFactory

ISSUED = date(2022, 1, 19)
LATER = date(2027, 1, 1)

# Every number of the policy's text, written out a second time by hand: where it stands, and what it is.
NUMBERS_OF_THE_TEXT = [
    ("institutes", "recognition", "yearly_band.min", 10, "三"),
    ("institutes", "recognition", "yearly_band.max", 20, "三"),
    ("institutes", "targets", "yearly.recognised_min", 10, "三"),
    ("institutes", "targets", "yearly.recognised_max", 20, "三"),
    ("institutes", "targets", "yearly.joint_projects_min", 10, "四(六)"),
    ("institutes", "targets", "total.due_year", 2025, "三"),
    ("institutes", "targets", "total.institutes", 50, "三"),
    ("institutes", "targets", "total.achievements", 100, "三"),
    ("institutes", "targets", "total.transfers", 40, "三"),
    ("funding", "construction", "grant.amount", "200000.00", "四(三)"),
    ("evaluation", "performance", "cycle.years", 3, "四(四)"),
    ("funding", "performance", "grant.amount", "500000.00", "四(四)"),
    ("funding", "provincial", "grant.amount", "1000000.00", "四(五)"),
    ("projects", "joint_project", "grant.amount", "1000000.00", "四(六)"),
    ("projects", "joint_project", "programme.projects_per_year_min", 10, "四(六)"),
]

CLAUSES = [
    *("序", "一", "二", "二(一)", "二(二)", "二(三)", "二(三)1", "二(三)2", "二(三)3", "二(三)4", "三"),
    *("四", "四(一)", "四(二)", "四(三)", "四(四)", "四(五)", "四(六)", "四(七)"),
    *("五", "五(一)", "五(二)", "五(三)", "末"),
]

TEXT = "一、总则\n\n（一）拨付。\n\n每家给予 20 万元。\n"
HEAD = """
[policy]
title = "示例意见"
issuer = "示例市人民政府"
number = "〔2022〕1号"
issued_on = 2022-01-19
city = "示例市"
text = "text.txt"
[groups]
grant = "标准"
"""
GOOD = """
[[edition]]
room = "funding"
model = "GrantEdition"
kind = "construction"
label = "建设资金"
valid_from = 2022-01-19
[edition.terms.grant]
amount = { value = 200000.00, unit = "元", label = "建设资金", citation = "一(一)" }
"""


@pytest.fixture
def write_policy(tmp_path):
    """Writes a small policy of an invented city and returns its path."""

    def write(editions: str = GOOD, head: str = HEAD):
        (tmp_path / "text.txt").write_text(TEXT, encoding="utf-8")
        path = tmp_path / "policy.toml"
        path.write_text(head + editions, encoding="utf-8")
        return path

    return write


@pytest.fixture
def loaded(db):
    load_policy(policy_file())


def edition_of(room: str, kind: str):
    return next(edition for edition in policy_file().editions if (edition.room, edition.kind) == (room, kind))


def at(terms: dict, path: str):
    for key in path.split("."):
        terms = terms[key]
    return terms


# --- the file -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("room", "kind", "path", "value", "clause"), NUMBERS_OF_THE_TEXT)
def test_each_number_of_the_text_stands_in_the_file_with_its_clause(room, kind, path, value, clause):
    edition = edition_of(room, kind)

    assert at(edition.terms, path) == value
    assert edition.citations[path]["clause"] == clause
    assert edition.citations[path]["assumed"] is False


def test_the_text_is_cut_into_its_clauses():
    assert [clause.number for clause in policy_file().clauses] == CLAUSES


def test_each_clause_has_an_address_of_its_own():
    addresses = [clause.anchor for clause in policy_file().clauses]

    assert len(set(addresses)) == len(CLAUSES)
    assert addresses[CLAUSES.index("四(三)")] == "clause-4-3"
    assert addresses[CLAUSES.index("二(三)1")] == "clause-2-3-1"


def test_each_leaf_cites_a_clause_or_says_that_it_is_assumed():
    grounds = [
        (edition.name, path, ground["clause"] in CLAUSES, ground["assumed"])
        for edition in policy_file().editions
        for path, ground in edition.citations.items()
        if path != EDITION
    ]

    assert [row for row in grounds if row[2] == row[3]] == []
    assert len(grounds) > 300


def test_all_editions_begin_on_the_day_of_issue():
    assert {edition.valid_from for edition in policy_file().editions} == {ISSUED}


def test_parts_add_up_to_the_whole():
    review, performance = (
        edition_of("evaluation", "recognition").terms,
        edition_of("evaluation", "performance").terms,
    )
    weights: dict[str, Decimal] = {}
    for indicator in performance["indicators"]:
        weights[indicator["dimension"]] = weights.get(indicator["dimension"], Decimal(0)) + Decimal(
            indicator["weight"]
        )
    instalments = {
        edition.kind: sum(Decimal(row["share"]) for row in edition.terms["instalments"])
        for edition in policy_file().editions
        if "instalments" in edition.terms
    }

    assert sum(Decimal(row["full_mark"]) for row in review["dimensions"]) == Decimal(
        review["scoring"]["full_mark"]
    )
    assert weights == {"technology": 30, "transfer": 25, "incubation": 20, "economy": 25}
    assert instalments == {"construction": 100, "performance": 100, "provincial": 100, "joint_project": 100}


def test_the_formal_review_has_twelve_items():
    assert len(edition_of("institutes", "recognition").terms["checklist"]) == 12


def test_rooms_that_need_the_same_number_agree_on_it():
    recognition, targets = (
        edition_of("institutes", "recognition").terms,
        edition_of("institutes", "targets").terms,
    )
    objections = edition_of("notices", "objections").terms
    joint, disbursement = (
        edition_of("projects", "joint_project").terms,
        edition_of("funding", "disbursement").terms,
    )

    assert recognition["time_limits"]["objection_finding"] == objections["time_limits"]["finding"]
    assert recognition["yearly_band"]["max"] == targets["yearly"]["recognised_max"]
    assert recognition["yearly_band"]["min"] == targets["yearly"]["recognised_min"]
    assert joint["programme"]["projects_per_year_min"] == targets["yearly"]["joint_projects_min"]
    assert recognition["limits"]["integrity_valid_days"] == disbursement["guards"]["integrity_valid_days"]


@pytest.mark.parametrize("room", ["accounts", "notices", "institutes", "projects", "evaluation", "funding"])
def test_each_time_limit_of_a_lifecycle_stands_in_the_file(room):
    tables = [
        table for table in vars(import_module(f"{room}.lifecycle")).values() if isinstance(table, Lifecycle)
    ]
    asked = {state.limit for table in tables for state in table.states.values() if state.limit}

    editions = [edition.terms for edition in policy_file().editions if edition.room == room]
    given = {key for terms in editions for key in {**terms, **terms.get("time_limits", {})}}

    assert asked - given == set()


SHARES = """[[edition.terms.instalments]]
code = "{code}"
label = "一次拨付"
share = {share}
assumed = true
"""
SCORING = """[edition.terms.scoring]
full_mark = { value = 100.00, unit = "分", label = "满分", assumed = true }
[[edition.terms.dimensions]]
code = "x"
label = "甲"
full_mark = 99.00
assumed = true
"""


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        (SHARES.format(code="a", share="99.99"), "the shares add up to 99.99, not to 100"),
        (SHARES.format(code="a", share="70.00") + SHARES.format(code="b", share="30.01"), "add up to 100.01"),
        (SCORING, "sheet: the items add up to 99.00, not to 100.00"),
    ],
)
def test_a_file_whose_parts_do_not_add_up_is_refused(write_policy, more, fault):
    head = HEAD + 'instalments = "拨付安排"\nscoring = "评分"\ndimensions = "评价维度"\n'

    with pytest.raises(PolicyFileError, match=fault):
        read_policy_file(write_policy(GOOD + more, head))


def test_a_file_whose_weights_do_not_add_up_is_not_loaded(tmp_path, settings):
    """By the command, in words: the file of the city with one weight changed."""
    source = Path(settings.POLICY_FILE)
    text = source.read_text(encoding="utf-8")
    changed = text.replace("weight = 8.00", "weight = 8.01", 1)
    (tmp_path / source.name).write_text(changed, encoding="utf-8")
    (tmp_path / "shijiazhuang-2022.txt").write_bytes(source.with_suffix(".txt").read_bytes())

    with pytest.raises(CommandError, match=r"weights add up to 100\.01, not to 100"):
        call_command("load_policy", file=tmp_path / source.name)


@pytest.mark.django_db
def test_the_rules_for_accounts_are_asked_of_the_edition(settings):
    load_policy(policy_file())
    security = edition_of("accounts", "security").terms

    assert PasswordRules.of(security["password"]) == AccountEdition.password_rules()
    assert security["login"]["max_failures"] == import_string(settings.AXES_FAILURE_LIMIT)(None, None)
    assert security["login"]["lock_minutes"] * 60 == import_string(settings.AXES_COOLOFF_TIME)(None).seconds
    assert security["login"]["session_hours"] * 60 * 60 < settings.SESSION_COOKIE_AGE


def test_exact_decimals_reach_the_rooms_as_texts_and_records_bring_their_clause(write_policy):
    policy = read_policy_file(write_policy(GOOD + '[[edition.terms.grant_to]]\ncode = "a"\nlabel = "甲"\n'
                                           'share = 100.00\ncitation = "一"\n',
                                           HEAD + 'grant_to = "对象"\n'))  # fmt: skip

    assert policy.editions[0].terms == {
        "grant": {"amount": "200000.00"},
        "grant_to": [{"code": "a", "label": "甲", "share": "100.00", "clause": "一"}],
    }


@pytest.mark.parametrize(
    ("spoilt", "fault"),
    [
        (
            GOOD.replace(', citation = "一(一)"', ""),
            "grant.amount: needs either a citation or assumed = true",
        ),
        (
            GOOD.replace('"一(一)" }', '"一(一)", assumed = true }'),
            "needs either a citation or assumed = true",
        ),
        (GOOD.replace("一(一)", "九(九)"), "grant.amount: the text has no clause 九(九)"),
        (GOOD.replace('citation = "一(一)"', "assumed = false"), "grant.amount: assumed can only be true"),
        (GOOD.replace("200000.00", "200000"), "grant.amount: 元 is written with a decimal point"),
        (GOOD.replace("200000.00", "200000.5"), "grant.amount: money is written to the cent"),
        (GOOD.replace('unit = "元", ', ""), "grant.amount: a number needs a unit"),
        (GOOD.replace('label = "建设资金", ', ""), "grant.amount: has no label"),
        (GOOD.replace("citation =", "cite ="), "grant.amount: unknown key cite"),
        (GOOD.replace('kind = "construction"', ""), "kind is missing"),
        (GOOD.replace("valid_from = 2022-01-19", 'valid_from = "soon"'), "valid_from is not a day"),
        (GOOD.replace("terms.grant", "terms.gift"), "gift.amount: [groups] has no name for gift"),
        (GOOD + GOOD, "stands in the file twice"),
        ("[other]\n" + GOOD, "unknown table: other"),
    ],
)
def test_a_spoilt_file_is_refused_with_its_fault(write_policy, spoilt, fault):
    path = write_policy(spoilt)

    with pytest.raises(PolicyFileError) as refused:
        read_policy_file(path)

    assert fault in str(refused.value)


def test_every_fault_is_named_at_once(write_policy):
    path = write_policy(GOOD.replace("一(一)", "九").replace("200000.00", "200000"))

    with pytest.raises(PolicyFileError) as refused:
        read_policy_file(path)

    assert len(refused.value.faults) == 2


# --- words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        ("200000.00", "元", "20 万元"),
        ("123456.70", "元", "123,456.70 元"),
        ("40.00", "%", "40%"),
        ("60.00", "分", "60 分"),
        ("0.00", "%", "0%"),
        (100, "项", "100 项"),
        (True, "", "是"),
        (False, "", "否"),
        ([5, 2, 0], "工作日", "5、2、0 工作日"),
        ("03-31", "", "03-31"),
        ("SJZ-SB-{year}-{n:04d}", "", "SJZ-SB-{year}-{n:04d}"),
    ],
)
def test_a_value_is_said_with_its_unit(value, unit, words):
    assert value_words(value, unit) == words


@pytest.mark.parametrize(
    ("room", "kind", "group", "code", "words"),
    [
        ("institutes", "recognition", "criteria", "enterprise_host", "必备：须满足"),
        ("institutes", "recognition", "criteria", "host_rd", "提示：≥ 3% 或 ≥ 300 万元"),
        ("institutes", "recognition", "tasks", "strategy", ""),
        ("institutes", "provincial", "inspection", "industry_department", "至少 1 方"),
        ("evaluation", "recognition", "dimensions", "plan", "25 分"),
        ("evaluation", "performance", "indicators", "rd_spend", "权重 7，满分值 500 万元/年"),
        ("evaluation", "performance", "grades", "excellent", "≥ 90 分"),
        ("projects", "joint_project", "instalments", "contract", "70%"),
    ],
)
def test_a_record_is_said_by_what_it_demands(room, kind, group, code, words):
    rows = edition_of(room, kind).terms[group]

    assert record_words(next(row for row in rows if row["code"] == code)) == words


# --- loading --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_loading_stores_every_edition_and_twice_changes_nothing():
    policy = policy_file()

    first, second = load_policy(policy), load_policy(policy)

    assert {change.effect for change in first} == {Effect.NEW}
    assert {change.effect for change in second} == {Effect.SAME}
    grant = GrantEdition.objects.in_force("construction", ISSUED)
    assert grant.terms["grant"]["amount"] == "200000.00"
    assert grant.citations["grant.amount"]["clause"] == "四(三)"
    assert grant.source == policy.source


@pytest.mark.django_db
def test_an_edition_that_nothing_refers_to_may_still_be_mended(loaded):
    spoilt = RecognitionEdition.objects.in_force("recognition", ISSUED)
    RecognitionEdition.objects.filter(pk=spoilt.pk).update(terms={}, digest="")

    effects = [change.effect for change in load_policy(policy_file())]

    assert effects.count(Effect.CHANGED) == 1
    spoilt.refresh_from_db()
    assert spoilt.terms["limits"]["supplements_max"] == 1


@pytest.mark.django_db
def test_changed_terms_of_an_edition_in_use_are_refused_and_nothing_is_written(loaded):
    used = RecognitionEdition.objects.in_force("recognition", ISSUED)
    CallFactory(edition=used)
    policy = policy_file()
    changed = replace(policy, editions=tuple(_without_a_group(edition) for edition in policy.editions))

    assert [change.effect for change in preview_policy(changed)].count(Effect.REFUSED) == 1
    with pytest.raises(Conflict):
        load_policy(changed)

    assert {change.effect for change in preview_policy(policy)} == {Effect.SAME}


@pytest.mark.django_db
def test_an_edition_in_use_takes_a_term_that_it_did_not_name(loaded):
    used = RecognitionEdition.objects.in_force("recognition", ISSUED)
    CallFactory(edition=used)
    policy = policy_file()
    longer = replace(policy, editions=tuple(_with_another_term(edition) for edition in policy.editions))

    assert [change.effect for change in load_policy(longer)].count(Effect.COMPLETED) == 1
    used.refresh_from_db()
    assert used.terms["another"] == 1


def _without_a_group(edition):
    return replace(edition, terms=dict(list(edition.terms.items())[1:]))


def _with_another_term(edition):
    return replace(edition, terms={**edition.terms, "another": 1})


@pytest.mark.django_db
def test_a_new_day_makes_a_new_edition_and_leaves_the_old_one(loaded):
    policy = policy_file()
    later = replace(
        edition_of("funding", "construction"), valid_from=LATER, terms={"grant": {"amount": "300000.00"}}
    )

    load_policy(replace(policy, editions=(*policy.editions, later)))

    before, after = (GrantEdition.objects.in_force("construction", on) for on in (date(2026, 12, 31), LATER))
    assert before.terms["grant"]["amount"] == "200000.00"
    assert after.terms["grant"]["amount"] == "300000.00"


@pytest.mark.django_db
def test_the_command_checks_without_writing(write_policy):
    said = StringIO()

    call_command("load_policy", file=write_policy(), check=True, stdout=said)

    assert said.getvalue() == "新增  funding.GrantEdition construction 2022-01-19  建设资金\n"
    assert not GrantEdition.objects.exists()


@pytest.mark.django_db
def test_the_command_loads_the_whole_policy():
    call_command("load_policy", stdout=StringIO())

    stored = sum(model.objects.count() for model in Edition.__subclasses__())
    assert stored == len(policy_file().editions)


@pytest.mark.django_db
def test_the_command_names_an_edition_without_an_owner(write_policy):
    path = write_policy(GOOD.replace("GrantEdition", "Nothing"))

    with pytest.raises(CommandError, match="no such edition model"):
        call_command("load_policy", file=path)


# --- reading and pages ----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_is_carried_out_stands_beside_the_clause_it_rests_on(loaded):
    beside = {clause.number: matters for clause, matters in matters_by_clause(policy_file(), on=ISSUED)}

    [grant] = [matter for matter in beside["四(三)"] if matter.edition == "建设资金"]
    assert (grant.edition, grant.group, grant.valid_from) == ("建设资金", "标准", ISSUED)
    assert [(number.label, number.words) for number in grant.numbers] == [
        ("每家新认定研究院建设资金", "20 万元"),
        ("每家享受次数", "1 次"),
    ]
    tasks = beside["二(二)"][0]
    assert (len(tasks.members), tasks.numbers) == (5, [])
    assert [matter.group for matter in beside["四(一)"]] == ["县级可配套的支持措施"]


@pytest.mark.django_db
def test_nothing_is_in_force_before_the_policy_began(loaded):
    assert numbers_in_force(policy_file(), on=date(2022, 1, 18)) == []


@pytest.mark.django_db
def test_the_policy_page_shows_text_and_numbers_to_everybody(loaded, client):
    page = client.get(reverse("policy")).content.decode()

    assert 'id="clause-4-3"' in page
    assert "对于新认定的市级产业技术研究院，每家给予 20 万元建设资金" in page
    assert "<dd>20 万元</dd>" in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "labels"),
    [
        (
            {"matter": "建设资金", "ground": "cited"},
            ["每家新认定研究院建设资金", "每家享受次数", "自获得认定年度起享受"],
        ),
        ({"q": "联行号"}, ["联行号位数"]),
        ({"q": "联行号", "ground": "cited"}, []),
    ],
)
def test_the_table_of_numbers_is_searched_and_filtered(loaded, client, query, labels):
    answer = client.get(reverse("policy-numbers"), query)

    assert [number.label for number in answer.context["page"]] == labels


@pytest.mark.django_db
def test_the_table_says_which_numbers_are_assumed(loaded, client):
    page = client.get(reverse("policy-numbers"), {"q": "联行号"}).content.decode()

    assert "系统默认（待确认）</span>" in page


@pytest.mark.django_db
def test_the_table_is_paged_and_each_number_stands_on_one_page(loaded, client):
    first = client.get(reverse("policy-numbers")).context["page"]

    pages = [
        client.get(reverse("policy-numbers"), {"page": n}).context["page"] for n in first.paginator.page_range
    ]

    assert sum(len(page) for page in pages) == len(numbers_in_force(policy_file(), on=clock.today()))


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["policy", "policy-numbers", "policy-versions"])
def test_the_pages_ask_the_database_once_per_room_however_many_editions_there_are(client, name):
    with CaptureQueriesContext(connection) as empty:
        client.get(reverse(name))
    load_policy(policy_file())
    ReminderEdition.objects.create(
        kind="reminders", valid_from=LATER, terms={}, source="示例", digest="0" * 64
    )

    with CaptureQueriesContext(connection) as full:
        client.get(reverse(name))

    assert len(full) == len(empty) == len(Edition.__subclasses__())


# --- versions ---------------------------------------------------------------------------------------------------------


def a_later_edition() -> GrantEdition:
    """The construction funds as an edition of 2027 has them: another amount, one number more, one less."""
    former = GrantEdition.objects.get(kind="construction")
    terms, citations = deepcopy(former.terms), deepcopy(former.citations)
    terms["grant"]["amount"] = "300000.00"
    terms["grant"]["least"] = 1
    citations["grant.least"] = {"label": "至少家数", "unit": "家", "group": "标准", "order": 99, "clause": ""}
    gone = next(path for path in citations if path.startswith("grant.") and path != "grant.amount")
    del citations[gone]
    return GrantEdition.objects.create(
        kind="construction",
        valid_from=LATER,
        terms=terms,
        citations=citations,
        source="示例〔2026〕9号",
        digest="1" * 64,
    )


@pytest.mark.django_db
def test_a_version_ends_on_the_day_before_the_next_and_says_what_changed(loaded, client):
    a_later_edition()
    found = {one.code: one for one in versions(policy_file())}
    former, later = found["funding-construction-2022-01-19"], found["funding-construction-2027-01-01"]

    assert (former.until, later.until, former.former) == (date(2026, 12, 31), None, None)
    assert [former.holds(on) for on in (ISSUED, date(2026, 12, 31), LATER)] == [True, True, False]
    told = {one.number.path: (one.word, one.before, one.after) for one in later.differences(policy_file())}
    assert told["grant.amount"] == ("调整", "20 万元", "30 万元")
    assert told["grant.least"] == ("新增", "", "1 家")
    assert sorted(word for word, _before, _after in told.values()) == ["取消", "新增", "调整"]
    page = client.get(reverse("policy-versions")).text
    assert page.index("2027年1月1日") < page.index("2026年12月31日")
    assert "3 项不同" in page


@pytest.mark.django_db
def test_each_version_has_its_page_and_each_number_its_place_on_it(loaded, client):
    a_later_edition()
    page = client.get(reverse("policy-version", args=["funding-construction-2027-01-01"])).text
    first = client.get(reverse("policy-version", args=["funding-construction-2022-01-19"])).text

    assert 'id="n-grant-amount"' in page
    assert 'href="#n-grant-amount"' in page
    assert "30 万元" in page
    assert "/policy/versions/funding-construction-2022-01-19/" in page
    assert "与上一版本相比" not in first
    assert "20 万元" in first
    assert client.get(reverse("policy-version", args=["funding-construction-2023-01-01"])).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(("on", "amount"), [("", "20 万元"), ("2027-01-01", "30 万元"), ("never", "20 万元")])
def test_the_policy_is_read_as_of_a_day(loaded, client, on, amount):
    a_later_edition()

    page = client.get(reverse("policy"), {"on": on})

    said = [n.words for _clause, matters in page.context["clauses"] for m in matters for n in m.numbers]
    assert amount in said
    assert ("查看现行数值" in page.text) == (on == "2027-01-01")
