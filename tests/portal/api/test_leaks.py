"""Live bait: what must not be read is planted, and looked for in everything that each role can read."""

import re
from decimal import Decimal
from functools import cache

import pytest
from django.urls import resolve, reverse

from accounts.roles import Role
from funding.services import submit_payee_account
from institutes.enums import ApplicationState as S
from portal.api.urls import CASES, OTHERS
from tests.factories.accounts import OrganisationFactory, person
from tests.factories.evaluation import (
    AssignmentFactory,
    ExpertFactory,
    PanelFactory,
    ScoreFactory,
    reviewed_application,
)
from tests.factories.funding import a_disbursement, a_scan, an_approved_award
from tests.factories.institutes import ApplicationFactory, RecognitionFactory, a_user, complete_answers
from tests.factories.notices import RESIDENT_ID, ObjectionFactory
from tests.factories.records import AttachmentFactory, DocumentFactory
from tests.portal.api.cases import everybody

ACCOUNT = "6222021234567890123"
OBJECTOR, OBJECTORS_PHONE = "示例异议人甲", "13900005678"
EXPERT = "示例专家诱饵"
POINTS, WORDS, TOTAL = Decimal("13.37"), "评语诱饵：此处不应外泄", Decimal("73.31")
HOST = "示例诱饵依托有限公司"
MOBILE = "13800001234"
SECONDS = re.compile(r":\d\d\.\d{3,6}\b")
"""Of a moment; thirteen of them with their fractions are no score."""
NAMES = [view.desk.resource for view in CASES] + list(OTHERS)
DETAILS = (
    "",
    "moves/",
    "history/",
    "book/",
    "attachments/",
    "seats/",
    "items/",
    "package/",
    "measures/",
    "ties/",
)


@cache
def parts_of(name: str) -> list[str]:
    """What hangs on a case of this resource; at any other address there is nothing, whoever asks."""
    return [part for part in DETAILS if resolve(f"/api/v1/{name}/1/{part}").url_name != "nothing"]


def everything_read(client) -> str:
    """The text of every list, and of every case in it with all that hangs on it."""
    texts = []
    for name in NAMES:
        answer = client.get(f"/api/v1/{name}/", {"page_size": 100})
        texts.append(answer.content.decode())
        rows = answer.json()["results"] if answer.status_code == 200 else []
        for row in rows:
            details = (client.get(f"/api/v1/{name}/{row['id']}/{part}") for part in parts_of(name))
            texts += [detail.content.decode() for detail in details]
    return SECONDS.sub("", "\n".join(texts))


def test_every_resource_has_cases_and_some_have_more():
    assert [name for name in NAMES if "" not in parts_of(name)] == []
    assert {part for name in NAMES for part in parts_of(name)} == set(DETAILS)


@pytest.fixture
def panel():
    host = OrganisationFactory(name=HOST)
    application = reviewed_application(host=host, institute_name="石家庄市诱饵产业技术研究院")
    application.versions.update(answers=complete_answers(application))
    return PanelFactory(application=application, state="scoring")


@pytest.fixture
def sheet(panel):
    """A sheet that was handed in, on a panel that has not concluded."""
    expert = ExpertFactory(user=person(Role.EXPERT, name=EXPERT))
    assignment = AssignmentFactory(panel=panel, expert=expert, state="locked", total=TOTAL)
    dimension = panel.edition.terms["dimensions"][0]["code"]
    ScoreFactory(assignment=assignment, dimension=dimension, points=POINTS, comment=WORDS)
    return assignment


def test_money_objectors_scores_and_drafts_are_read_by_nobody_whose_they_are_not(program, panel, sheet):
    """All that is kept is of one county and, but for the draft, of one unit: so each person who is near to any of it
    is near to all of it, and everything that they can read is read once."""
    host = panel.application.host
    a_disbursement("issued", an_approved_award(recognition=RecognitionFactory(institute__host=host)))
    ObjectionFactory()
    draft = ApplicationFactory(state=S.DRAFT, institute_name="石家庄市草稿诱饵研究院", division=host.division)
    colleague = AssignmentFactory(panel=panel, state="committed")

    people = everybody(panel)
    for role in (Role.ENT_FILLER, Role.ENT_ADMIN):
        people[f"drafting_{role}"] = person(role, organisation=draft.host)
    read = {name: everything_read(program(user)) for name, user in people.items()}
    read["colleague"] = everything_read(program(colleague.expert.user))
    own = everything_read(program(sheet.expert.user))

    account_numbers_and_objectors_are_nobodys(read | {"own": own})
    # Scores are their expert's alone before the panel has concluded.
    assert caught((str(POINTS), WORDS, str(TOTAL)), read) == {}
    assert (str(POINTS) in own, WORDS in own) == (True, True)
    its_own = {"drafting_ent_filler", "drafting_ent_admin", "auditor"}
    assert set(caught((draft.institute_name,), read | {"own": own})) == its_own


def account_numbers_and_objectors_are_nobodys(read: dict[str, str]) -> None:
    assert caught((ACCOUNT, OBJECTOR, OBJECTORS_PHONE, RESIDENT_ID), read) == {}
    assert "**** **** 0123" in read["bureau_clerk"]


def caught(bait: tuple[str, ...], read: dict[str, str]) -> dict[str, list[str]]:
    """What of the bait each reader found."""
    found = {name: [each for each in bait if each in text] for name, text in read.items()}
    return {name: each for name, each in found.items() if each}


def test_an_expert_never_reads_whose_application_it_is_nor_who_else_sits(program, panel, sheet):
    reader = AssignmentFactory(panel=panel, state="committed")

    read = everything_read(program(reader.expert.user))

    bait = (
        HOST,
        panel.application.institute_name,
        panel.application.number,
        panel.application.host.uscc,
        EXPERT,
        MOBILE,
    )
    assert [text for text in bait if text in read] == []
    assert panel.code in read
    assert "产业链关键材料依赖外购" in read


def test_an_agency_does_not_read_whose_application_it_is_until_the_experts_have_found_for_it(program, panel):
    application, clerk = panel.application, person(Role.BUREAU_CLERK)
    agency = person(Role.AGENCY, organisation=application.agency)
    annex = AttachmentFactory(subject=application, kind="licence", name=f"{HOST}.pdf")
    paper = DocumentFactory(subject=application, title=f"{HOST}推荐函")
    address = f"/api/v1/applications/{application.pk}/"

    read, officers = everything_read(program(agency)), everything_read(program(clerk))

    bait = (
        HOST,
        application.institute_name,
        application.host.uscc,
        application.division.name,
        MOBILE,
        annex.sha256,
    )
    assert [text for text in bait if text in read] == []
    assert application.number in read
    assert {text: text in officers for text in (HOST, application.institute_name)} == {
        HOST: True,
        application.institute_name: True,
    }
    assert program(agency).get(f"{address}attachments/{annex.pk}/").status_code == 404
    assert program(agency).get(f"/api/v1/documents/{paper.pk}/").status_code == 404
    assert program(agency).get("/api/v1/applications/", {"q": HOST}).json()["count"] == 0
    assert program(agency).get("/api/v1/panels/", {"q": application.institute_name}).json()["count"] == 0


def test_seats_do_not_name_their_experts(program, panel, sheet):
    clerk, agency = person(Role.BUREAU_CLERK), person(Role.AGENCY, organisation=panel.agency)

    for user in (clerk, agency):
        client = program(user)
        for path in (f"panels/{panel.pk}/", f"panels/{panel.pk}/seats/", f"assignments/{sheet.pk}/history/"):
            answer = client.get(f"/api/v1/{path}")
            assert (answer.status_code, EXPERT in answer.content.decode()) == (200, False)


def test_officers_read_personal_data_of_the_book_masked_and_agencies_blinded(program):
    application = ApplicationFactory(state=S.REVIEWING)
    application.versions.create(
        number=1,
        answers=complete_answers(application),
        digest="0" * 64,
        frozen_at=application.begun_at,
        frozen_by=a_user("unit-filler"),
    )
    path = f"/api/v1/applications/{application.pk}/book/"
    unit = program(person(Role.ENT_ADMIN, organisation=application.host)).get(path)
    clerk = program(person(Role.BUREAU_CLERK)).get(path)
    agency = program(person(Role.AGENCY, organisation=application.agency)).get(path)

    assert [MOBILE in answer.content.decode() for answer in (unit, clerk, agency)] == [True, False, False]
    assert (clerk.json()["sections"], clerk.json()["faults"]) == ([], [])
    assert application.host.name not in agency.content.decode()


def test_proofs_of_accounts_and_papers_of_objectors_are_not_opened_by_their_number(client):
    """The page of files asks the desk: to see a case is not yet to open what was attached to it."""
    admin = person(Role.ENT_ADMIN)
    unit = admin.organisations[0]
    account = submit_payee_account(
        organisation=unit,
        account_name=unit.name,
        bank="示例银行",
        branch="示例支行",
        number=ACCOUNT,
        cnaps="102121000012",
        proof=a_scan(),
        by=admin,
    )
    proof = AttachmentFactory(subject=account)
    signed = AttachmentFactory(subject=ObjectionFactory())
    found = {}
    for user in (admin, person(Role.FINANCE), person(Role.BUREAU_CLERK)):
        client.force_login(user)
        found[user.roles[0]] = [opened(client, file) for file in (proof, signed)]

    assert found == {"ent_admin": [200, 404], "finance": [404, 404], "bureau_clerk": [200, 404]}


def opened(client, file) -> int:
    answer = client.get(reverse("records:attachment", args=[file.pk]))
    answer.getvalue()  # read to its end, the file is closed
    return answer.status_code
