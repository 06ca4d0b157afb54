"""Institutes from before the portal: entered by one, confirmed by another, and from then on like the others."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.roles import Role
from evaluation import policy as evaluation_policy
from evaluation.models import Acceptance, Cycle
from evaluation.selectors.acceptances import accepted, accepted_on, recognitions_without_acceptance
from evaluation.selectors.indicators import figures_of
from evaluation.services import keep_cycles
from funding.models import Award
from funding.services import propose_award, propose_awards
from institutes import selectors
from institutes.enums.earlier import EarlierState as E
from institutes.forms.earlier import EarlierForm, stored
from institutes.integrity import recognitions_match_applications
from institutes.lifecycle.earlier import EARLIER
from institutes.models import EarlierRecognition, Institute, Recognition
from institutes.permissions.earlier import EARLIER_WHO, may_enter_earlier, may_revise_earlier
from institutes.selectors.earlier import earlier_visible_to
from institutes.services import earlier as services
from institutes.services.certificates import order_certificates
from notices.models import Notice
from records import audit, clock
from records.errors import Conflict, IllegalMove, Incomplete, NotEligible, SamePerson
from tests.factories.accounts import OrganisationFactory, UserFactory, person, system_user
from tests.factories.earlier import EarlierRecognitionFactory
from tests.factories.evaluation import ReviewEditionFactory
from tests.factories.funding import load_terms
from tests.factories.institutes import IndustryChainFactory, RecognitionEditionFactory, RecognitionFactory
from tests.factories.records import PDF, pdf_upload

pytestmark = pytest.mark.django_db
LAWFUL = {
    (E.DRAFT, "hand_up"): E.CONFIRMATION,
    (E.DRAFT, "discard"): E.DISCARDED,
    (E.CONFIRMATION, "send_back"): E.DRAFT,
    (E.CONFIRMATION, "record"): E.RECORDED,
}
MAY = {Role.BUREAU_CLERK: {"hand_up", "discard"}, Role.BUREAU_APPROVER: {"send_back", "record"}}
NEEDS_A_REASON = {"send_back", "discard"}
LIST, NEW = reverse("institutes:earlier-list"), reverse("institutes:earlier-new")


def facts(**changed) -> dict:
    return {
        "institute_name": "石家庄市示例既有产业技术研究院",
        "certificate_number": "示例证书3号",
        "document_number": "示例石科〔2021〕5号",
        "recognised_on": date(2021, 3, 1),
        "accepted_on": date(2023, 4, 10),
        "acceptance_document": "示例石科〔2023〕9号",
        "director": "示例院长",
        "co_builders": ["示例大学"],
        "files": {
            "earlier_recognition": pdf_upload("认定.pdf"),
            "earlier_acceptance": pdf_upload("验收.pdf", PDF + b"\n% other\n%%EOF"),
        },
    } | changed


@pytest.fixture
def clerk():
    RecognitionEditionFactory()
    return person(Role.BUREAU_CLERK)


@pytest.fixture
def draft(clerk):
    host, chain = OrganisationFactory(), IndustryChainFactory()
    return lambda **changed: services.draft_earlier(
        **{"host": host, "chain": chain} | facts(**changed), by=clerk
    )


@pytest.fixture
def recorded(draft, clerk):
    def record(**changed) -> Recognition:
        entry = services.hand_up_earlier(earlier=draft(**changed), by=clerk)
        return services.record_earlier(earlier=entry, by=person(Role.BUREAU_APPROVER))

    return record


# --- tables -----------------------------------------------------------------------------------------------------------


def test_every_state_and_move():
    for state in E:
        for action, move in EARLIER.moves.items():
            entry = EarlierRecognition(state=state)
            assert EARLIER.allows(entry, action) is ((state, action) in LAWFUL), (state, action)
            assert move.reason is (action in NEEDS_A_REASON)
    assert {key: EARLIER.moves[key[1]].target for key in LAWFUL} == LAWFUL


@pytest.mark.parametrize("role", list(Role))
def test_every_role(role):
    entry = EarlierRecognitionFactory(state=E.CONFIRMATION)
    user = system_user() if role == Role.SYSTEM else person(role)

    assert {action for action, grant in EARLIER_WHO.items() if grant(user, entry)} == MAY.get(role, set())
    assert may_enter_earlier(user) is (role == Role.BUREAU_CLERK)
    assert not may_revise_earlier(user, entry)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"state": "recorded"}, "recorded_by_somebody"),
        ({"state": "elsewhere"}, "state_known"),
        ({"acceptance_document": ""}, "accepted_by_a_document"),
        ({"accepted_on": None, "build_to": None}, "accepted_or_building"),
        ({"accepted_on": None, "evaluated_through": 2024}, "evaluated_once_accepted"),
        ({"accepted_on": date(2020, 1, 1)}, "accepted_later"),
        ({"build_to": date(2020, 1, 1)}, "build_from_not_after_build_to"),
    ],
)
def test_what_cannot_be_stored(change, name):
    rows = EarlierRecognition.objects.filter(pk=EarlierRecognitionFactory().pk)

    with pytest.raises(IntegrityError, match=f"institutes_earlierrecognition_{name}"), transaction.atomic():
        rows.update(**change)


def test_one_person_does_not_do_both_and_a_recognition_rests_on_one_act():
    entry = EarlierRecognitionFactory(state=E.RECORDED)
    rows = EarlierRecognition.objects.filter(pk=entry.pk)
    with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
        rows.update(recorded_by=entry.drafted_by)
    for change in ({"earlier": None}, {"application": RecognitionFactory().application}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Recognition.objects.filter(earlier=entry).update(**change)
    with pytest.raises(IntegrityError, match="number_once"), transaction.atomic():
        EarlierRecognitionFactory(certificate_number=entry.certificate_number)
    EarlierRecognitionFactory(certificate_number=entry.certificate_number, state=E.DISCARDED)


# --- entering and confirming -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"institute_name": " "}, "institute_name"),
        ({"document_number": ""}, "document_number"),
        ({"certificate_number": ""}, "certificate_number"),
        ({"recognised_on": date(2099, 1, 1)}, "recognised_on"),
        ({"accepted_on": date(2020, 1, 1)}, "accepted_on"),
        ({"acceptance_document": ""}, "acceptance_document"),
        ({"accepted_on": None, "acceptance_document": ""}, "build_to"),
        ({"accepted_on": None, "build_to": date(2027, 1, 1), "evaluated_through": 2024}, "evaluated_through"),
        ({"evaluated_through": 2023}, "evaluated_through"),
        ({"evaluated_through": 2098}, "evaluated_through"),
        ({"figures": [{"code": "elsewhere", "year": 2024, "value": "1.00"}]}, "figures"),
        ({"build_from": date(2023, 1, 1), "build_to": date(2022, 1, 1)}, "build_to"),
    ],
)
def test_what_is_lacking_is_said_at_its_field(draft, changed, field):
    with pytest.raises(Incomplete) as refused:
        draft(**changed)

    assert field in {reason.field for reason in refused.value.reasons}
    assert not EarlierRecognition.objects.exists()


def test_what_is_decided_here_is_not_entered(draft):
    first = RecognitionFactory(recognised_on=date(2025, 7, 1))

    with pytest.raises(Incomplete) as refused:
        draft(recognised_on=first.recognised_on, accepted_on=None, build_to=date(2027, 1, 1))
    assert [reason.field for reason in refused.value.reasons] == ["recognised_on"]


def test_name_number_and_host_are_taken_once(draft, recorded):
    recorded()
    with pytest.raises(Conflict) as refused:
        draft()
    assert {reason.field for reason in refused.value.reasons} == {
        "institute_name", "certificate_number", "note",
    }  # fmt: skip

    draft(
        institute_name="石家庄市示例另一研究院",
        certificate_number="示例证书4号",
        note="示例：分属两条产业链。",
    )


def test_it_is_confirmed_by_another_with_the_documents(draft, clerk):
    bare = draft(files={})
    with pytest.raises(Incomplete, match="认定文件"):
        services.hand_up_earlier(earlier=bare, by=clerk)
    services.revise_earlier(
        earlier=bare, **{"host": bare.host, "chain": bare.chain} | facts(director="示例新院长"), by=clerk
    )
    approver = person(Role.BUREAU_APPROVER)
    services.hand_up_earlier(earlier=bare, by=clerk)
    assert Notice.objects.filter(recipient=approver, title__contains="待确认").exists()
    with pytest.raises(IllegalMove):
        services.revise_earlier(earlier=bare, host=bare.host, chain=bare.chain, **facts(), by=clerk)
    services.send_back_earlier(earlier=bare, reason="请核对院长。", by=approver)
    services.hand_up_earlier(earlier=bare, by=clerk)
    with pytest.raises(SamePerson):
        services.record_earlier(earlier=bare, by=clerk)

    unit = person(Role.ENT_ADMIN, organisation=bare.host)
    county = person(Role.COUNTY_STAFF, division=bare.division.code)
    recognition = services.record_earlier(earlier=bare, by=approver)

    institute = recognition.institute
    assert (recognition.certificate_number, recognition.recognised_on) == ("示例证书3号", date(2021, 3, 1))
    assert (institute.director, institute.co_builders, institute.host) == (
        "示例新院长",
        ["示例大学"],
        bare.host,
    )
    assert recognition.basis == bare
    assert [one.verb.rpartition(".")[2] for one in audit.history(bare).exclude(to_state="")] == [
        "begin", "hand_up", "send_back", "hand_up", "record",
    ]  # fmt: skip
    assert Notice.objects.filter(recipient=unit, title__startswith="既有研究院已登记").exists()
    assert Notice.objects.filter(recipient=county, title__startswith="抄告：既有研究院已登记").exists()


def test_a_discarded_entry_leaves_its_number(draft, clerk):
    services.discard_earlier(earlier=draft(), reason="重复登记。", by=clerk)
    assert draft().state == E.DRAFT


def test_who_reads_an_entry():
    entry = EarlierRecognitionFactory(state=E.RECORDED)
    EarlierRecognitionFactory(host=entry.host)
    readers = {
        person(Role.BUREAU_CLERK): 2,
        person(Role.AUDITOR): 2,
        person(Role.ENT_ADMIN, organisation=entry.host): 1,
        person(Role.ENT_ADMIN): 0,
        person(Role.COUNTY_STAFF): 1,
        person(Role.COUNTY_STAFF, division="130104"): 0,
        person(Role.EXPERT): 0,
    }
    assert {user: earlier_visible_to(user).count() for user in readers} == readers


# --- what follows -----------------------------------------------------------------------------------------------------


def test_it_is_an_institute_like_the_others_but_for_the_award(recorded):
    load_terms()
    recognition = recorded()
    institute = recognition.institute

    assert propose_awards() == []
    assert not Award.objects.exists()
    with pytest.raises(NotEligible, match="启用前"):
        propose_award(recognition=recognition)
    assert not selectors.recognitions_without_notice().exists()
    with pytest.raises(Conflict, match="启用前"):
        order_certificates(recognitions=[recognition], number="示例1号", by=person(Role.BUREAU_APPROVER))
    assert list(Institute.objects.recognised()) == [institute]
    assert not recognitions_without_acceptance().exists()
    assert (list(accepted()), accepted_on(institute)) == ([institute], date(2023, 4, 10))


def test_one_that_was_not_accepted_is_accepted_here(recorded):
    recognition = recorded(accepted_on=None, acceptance_document="", build_to=clock.today() + timedelta(30))

    assert list(recognitions_without_acceptance()) == [recognition]
    assert accepted_on(recognition.institute) is None
    assert not Acceptance.objects.exists()
    assert not accepted().exists()


def test_an_entry_is_as_good_a_ground_as_an_application(recorded):
    entry = recorded().earlier
    assert recognitions_match_applications() == []
    EarlierRecognitionFactory(state=E.RECORDED, institute=False)
    EarlierRecognition.objects.filter(pk=entry.pk).update(state=E.CONFIRMATION)

    assert len(recognitions_match_applications()) == 2


TERMS = {"starts_years_after_acceptance": 1, "years": 3}


@pytest.mark.parametrize(
    ("accepted_in", "through", "entered", "first"),
    [
        (2026, None, None, 2027),
        (2019, None, None, 2020),  # decided here: no year is let be
        (2023, None, 2026, 2024),
        (2022, None, 2026, 2023),  # over at the end of 2025: due in 2026
        (2021, None, 2026, 2025),  # over at the end of 2024: let be
        (2018, None, 2026, 2025),
        (2018, 2021, 2026, 2025),
        (2018, 2022, 2026, 2023),
        (2018, 2024, 2026, 2025),
    ],
)
def test_with_which_year_its_cycles_begin(accepted_in, through, entered, first):
    given = {"evaluated_through": through, "entered_in": entered}
    assert evaluation_policy.first_year_of_cycles(accepted_in, TERMS, **given) == first


def test_its_cycle_goes_on_from_the_period_evaluated_last(recorded):
    ReviewEditionFactory(kind="performance")
    recognition = recorded(evaluated_through=clock.today().year - 2)
    keep_cycles()

    year = clock.today().year
    assert list(
        Cycle.objects.filter(institute=recognition.institute).values_list("first_year", "last_year")
    ) == [(year - 1, year + 1)]


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ([("rd_spend", 2020, "1.00")], "不在认定年度至去年之间"),
        ([("rd_spend", 2099, "1.00")], "不在认定年度至去年之间"),
        ([("rd_spend", 2024, "-1.00")], "不能为负数"),
        ([("rd_spend", 2024, "1.00"), ("rd_spend", 2024, "2.00")], "重复"),
        ([("tax_paid", 2024, "1.00")], "不是可填的指标"),
        ([("strategy", 2024, "1.00")], "不是可填的指标"),
    ],
)
def test_figures_of_the_years_before_are_in_order(draft, figures, words):
    ReviewEditionFactory(kind="performance")
    rows = [dict(zip(("code", "year", "value"), one, strict=True)) for one in figures]
    with pytest.raises(Incomplete, match=words):
        draft(figures=rows)


def test_what_it_brought_along_is_what_it_is_evaluated_by(recorded):
    edition = ReviewEditionFactory(kind="performance")
    said = {
        "rd_spend": ("400.00", "500.00", "600.00"),  # 年均
        "enterprises_served": ("10", "20", "30"),  # 家数
        "transfer_income": ("100.5", "0", "0"),  # 万元
        "team_growth": ("50", "60", "65"),  # 首末年增长
    }
    figures = [
        {"code": code, "year": 2023 + n, "value": value}
        for code, values in said.items()
        for n, value in enumerate(values)
    ]
    institute = recorded(figures=figures).institute

    found = {one.code: one for one in figures_of(institute, [2023, 2024, 2025], edition)}
    assert {code: str(found[code].value) for code in said} == {
        "rd_spend": "500.00", "enterprises_served": "60.00", "transfer_income": "100.50", "team_growth": "30.00",
    }  # fmt: skip
    assert {(one.type, one.year) for one in found["rd_spend"].sources} == {
        ("earlier", year) for year in (2023, 2024, 2025)
    }
    assert (
        str({one.code: one for one in figures_of(institute, [2025], edition)}["rd_spend"].value) == "600.00"
    )


# --- pages and API ---------------------------------------------------------------------------------------------------


def typed(host, chain, **changed) -> dict:
    said = {name: value for name, value in facts(**changed).items() if name != "files"}
    return said | {"host": host.pk, "chain": chain.pk, "co_builders": "示例大学\n示例研究所\n"}


def test_a_clerk_enters_it_on_the_page_and_the_register_shows_it(client, clerk):
    host, chain = OrganisationFactory(), IndustryChainFactory()
    client.force_login(clerk)
    assert "还没有登记既有研究院" in client.get(LIST).text
    assert client.post(NEW, typed(host, chain, institute_name="")).status_code == 422
    files = {"file_earlier_recognition": pdf_upload("认定.pdf")}
    response = client.post(NEW, typed(host, chain) | files)
    entry = EarlierRecognition.objects.get()
    assert response.url == entry.get_absolute_url()
    assert "还缺少文件" in client.get(response.url).text
    change = {
        "file_earlier_acceptance": pdf_upload("验收.pdf", PDF + b"\n% other\n%%EOF"),
        "director": "示例新院长",
    }
    client.post(f"{response.url}edit/", typed(host, chain) | change)
    client.post(f"{response.url}moves/hand_up/")
    client.force_login(person(Role.BUREAU_APPROVER))
    client.post(f"{response.url}moves/record/")

    institute = Institute.objects.get()
    assert (institute.director, institute.co_builders) == ("示例新院长", ["示例大学", "示例研究所"])
    page = client.get(institute.get_absolute_url()).text
    assert [
        words in page for words in ("示例石科〔2021〕5号", "本平台启用前认定", "示例石科〔2023〕9号")
    ] == [True] * 3
    assert institute.name in client.get(LIST, {"state": "recorded"}).text
    assert (
        institute.name in client.get(reverse("institutes:earlier-export", args=["csv"])).getvalue().decode()
    )
    assert client.get(reverse("directory-institute", args=[institute.pk])).status_code == 200


def test_strangers_and_other_offices(client):
    entry = EarlierRecognitionFactory()
    for role, pages in ((Role.ENT_ADMIN, (403, 403, 404)), (Role.BUREAU_APPROVER, (200, 403, 200))):
        client.force_login(person(role))
        assert tuple(client.get(url).status_code for url in (LIST, NEW, entry.get_absolute_url())) == pages


def test_figures_are_typed_in_a_grid_and_read_back(client, clerk):
    ReviewEditionFactory(kind="performance")
    host, chain = OrganisationFactory(), IndustryChainFactory()
    client.force_login(clerk)
    items = [code for code, _label in EarlierForm(user=clerk).fields["figures"].fixed]
    boxes = {f"figures_y{n}": [""] * len(items) for n in (1, 2, 3)} | {"figures_item": items}
    boxes["figures_y1"][items.index("rd_spend")] = "1,200.5"
    boxes["figures_y3"][items.index("rd_spend")] = "0"
    assert "请填写启用前数据的第一年" in client.post(NEW, typed(host, chain) | boxes).text
    wrong = boxes | {"figures_y2": ["很多", *boxes["figures_y2"][1:]], "figures_from": "2023"}
    assert "请填数字" in client.post(NEW, typed(host, chain) | wrong).text

    response = client.post(NEW, typed(host, chain) | boxes | {"figures_from": "2023"})

    entry = EarlierRecognition.objects.get()
    assert entry.figures == [
        {"code": "rd_spend", "year": 2023, "value": "1200.50"},
        {"code": "rd_spend", "year": 2025, "value": "0.00"},
    ]
    assert "1,200.5" in client.get(response.url).text
    assert stored(entry)["figures"] == [{"item": "rd_spend", "y1": "1200.50", "y2": "", "y3": "0.00"}]
    assert 'value="1200.50"' in client.get(f"{response.url}edit/").text


def test_a_program_enters_it(client, clerk):
    host, chain = OrganisationFactory(), IndustryChainFactory()
    client.force_login(clerk)
    json, url = {"content_type": "application/json"}, "/api/v1/earlier-recognitions/"

    made = client.post(url, typed(host, chain), **json)
    one = f"{url}{made.json()['id']}/"
    mended = client.patch(one, {"director": "示例新院长"}, **json)
    early = client.post(f"{one}moves/hand_up/", {}, **json)

    assert (made.status_code, mended.json()["director"], early.status_code) == (201, "示例新院长", 409)
    assert mended.json()["co_builders"] == ["示例大学", "示例研究所"]
    client.force_login(UserFactory())
    assert client.patch(one, {"director": "示例"}, **json).status_code == 404
