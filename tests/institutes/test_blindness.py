"""Nothing the agency reads tells whose application its experts judge, until they have found for it."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from institutes import book, selectors, services
from institutes.enums import ApplicationState as S
from institutes.models import Application
from notices.models import Notice
from records import audit, deadlines
from tests.factories.accounts import MembershipFactory, OrganisationFactory, UserFactory, person
from tests.factories.institutes import ApplicationFactory, ApplicationVersionFactory, engage
from tests.factories.records import AttachmentFactory, DocumentFactory

pytestmark = pytest.mark.django_db

NAME, HOST, PERSON, MAIL = (
    "石家庄市诱饵产业技术研究院",
    "示例诱饵精密股份有限公司",
    "诱饵甲",
    "bait@bait.example",
)
BAITS = (NAME, HOST, "示例诱饵精密", PERSON, MAIL, "91130102MA0BA1TX0X")
"""What must not be read; each stands somewhere in the rows below."""


def engaged(state=S.FORMAL_CONFIRMATION, **more):
    """An application full of bait, and the manager of the agency that reviews it."""
    host = OrganisationFactory(name=HOST, legal_rep=PERSON, contact_email=MAIL, address="诱饵路 1 号")
    application = ApplicationFactory(state=state, host=host, institute_name=NAME, **more)
    answers = {
        "basics": {"institute_name": NAME},
        "host": {"host_name": HOST, "uscc": "91130102MA0BA1TX0X", "legal_rep": PERSON, "email": MAIL},
        "plan": {"background": f"{HOST}（简称示例诱饵精密）由{PERSON}牵头，联系 {MAIL}。"},
    }
    ApplicationVersionFactory(application=application, answers=answers)
    audit.record("institutes.application.begin", application, by=UserFactory(name=PERSON), to_state="draft")
    return application


@pytest.fixture
def handed_over():
    """In review, by the move itself: with its deadline and its message to the agency."""
    application, agency = engaged(), OrganisationFactory(kind="agency")
    manager = person(Role.AGENCY, organisation=agency)
    engage(application, agency)
    services.confirm_pass(application=application, agency=agency, by=UserFactory())
    return application, manager


def bait_in(text: str) -> list[str]:
    return [bait for bait in BAITS if bait in text]


def pages_of(application):
    return [
        application.get_absolute_url(),
        reverse("institutes:application-book", args=[application.pk]),
        reverse("institutes:application-list"),
        reverse("institutes:application-export", args=["csv"]),
        reverse("home"),
        reverse("notices:notice-list"),
    ]


def read(client, path) -> str:
    response = client.get(path)
    assert response.status_code == 200
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode()


def status_of(client, path) -> int:
    response = client.get(path)
    if response.streaming:  # read to its end, the file is closed
        b"".join(response.streaming_content)
    return response.status_code


def test_the_pages_of_the_agency_hold_no_bait(handed_over, client):
    application, manager = handed_over
    client.force_login(manager)

    found = {path: bait_in(read(client, path)) for path in pages_of(application)}

    assert found == {path: [] for path in pages_of(application)}
    assert application.alias in read(client, application.get_absolute_url())


def test_what_the_agency_reads_of_the_book_carries_the_mark_of_its_account(handed_over, client):
    application, manager = handed_over
    pages = [
        application.get_absolute_url(),
        reverse("institutes:application-book", args=[application.pk]),
        f"/api/v1/applications/{application.pk}/book/",
    ]

    marked = {}
    for who in (manager, person(Role.BUREAU_CLERK)):
        client.force_login(who)
        marked[who] = [f"{who.username} · " in read(client, page) for page in pages]

    assert list(marked.values()) == [[True] * 3, [False] * 3]


def test_another_dress_of_a_name_is_covered_before_anybody_has_cleared_it(handed_over, client):
    application, manager = handed_over
    answers = application.versions.latest("number").answers
    dressed = f"由{'·'.join(HOST)}牵头"
    application.versions.update(answers=answers | {"plan": {"background": dressed}})
    client.force_login(manager)
    paths = [
        application.get_absolute_url(),
        reverse("institutes:application-book", args=[application.pk]),
        f"/api/v1/applications/{application.pk}/book/",
    ]

    texts = [read(client, path) for path in paths]

    assert [("由【依托单位】牵头" in text, "·".join(HOST) in text) for text in texts] == [(True, False)] * 3


def test_the_same_pages_tell_the_bureau(handed_over, client):
    application, _manager = handed_over
    client.force_login(person(Role.BUREAU_CLERK))

    assert {NAME, HOST} <= set(bait_in(read(client, application.get_absolute_url())))


def test_deadline_and_message_call_it_by_its_number(handed_over):
    application, manager = handed_over

    deadline = deadlines.current(application)
    notice = Notice.objects.get(recipient=manager)

    assert deadline.subject_label == application.alias
    assert bait_in(f"{notice.title}{notice.body}{notice.subject_label}") == []


def test_the_programs_of_the_agency_read_no_bait(handed_over, client):
    application, manager = handed_over
    client.force_login(manager)
    base = f"/api/v1/applications/{application.pk}/"
    paths = ["/api/v1/applications/", base, f"{base}history/", f"{base}book/", f"{base}attachments/"]
    paths += [f"{base}moves/", "/api/v1/deadlines/", "/api/v1/documents/", "/api/v1/notices/"]

    found = {path: bait_in(client.get(path).content.decode()) for path in paths}

    assert found == {path: [] for path in paths}


def test_annexes_and_papers_do_not_open(handed_over, client):
    application, manager = handed_over
    annex = AttachmentFactory(subject=application, kind="licence", name=f"{HOST}.pdf")
    paper = DocumentFactory(subject=application, title=f"推荐函 {NAME}")
    paths = [
        reverse("records:attachment", args=[annex.pk]),
        reverse("records:document", args=[paper.pk]),
        f"/api/v1/applications/{application.pk}/attachments/{annex.pk}/",
        f"/api/v1/documents/{paper.pk}/file/",
    ]

    client.force_login(manager)
    assert [status_of(client, path) for path in paths] == [404, 404, 404, 404]
    client.force_login(person(Role.BUREAU_CLERK))
    assert [status_of(client, path) for path in paths] == [200, 200, 200, 200]


@pytest.mark.parametrize("query", [f"?q={HOST}", f"?q={NAME}", "?q=诱饵", "?division={division}"])
def test_no_question_about_whose_it_is_finds_it(handed_over, client, query):
    application, manager = handed_over
    client.force_login(manager)
    path = reverse("institutes:application-list")

    asked = client.get(path + query.format(division=application.division_id))
    by_number = client.get(f"{path}?q={application.number}")

    assert ([r["subject"] for r in asked.context["rows"]], len(by_number.context["rows"])) == ([], 1)


def test_the_order_of_names_is_not_told(client):
    agency = OrganisationFactory(kind="agency")
    for name in ("石家庄市乙产业技术研究院", "石家庄市甲产业技术研究院"):
        ApplicationFactory(state=S.REVIEWING, agency=agency, institute_name=name)
    client.force_login(person(Role.AGENCY, organisation=agency))
    path = reverse("institutes:application-list")

    orders = [
        [row["subject"].pk for row in client.get(f"{path}?sort={sort}").context["rows"]]
        for sort in ("name", "-name", "host", "division", "")
    ]

    assert orders == [orders[0]] * 5


def test_a_refusal_says_the_number(handed_over, client):
    application, manager = handed_over
    client.force_login(manager)

    response = client.post(reverse("institutes:application-move", args=[application.pk, "withdraw"]), {})

    assert (response.status_code, bait_in(response.content.decode())) == (403, [])


def test_from_the_visit_on_the_agency_knows_where_to_go(handed_over, client):
    application, manager = handed_over
    services.record_review(application=application, score=80, passed=True, opinion="示例意见。", by=manager)
    client.force_login(manager)

    said = read(client, application.get_absolute_url())

    assert [word in said for word in (NAME, HOST, "诱饵路 1 号")] == [True, True, True]
    assert deadlines.current(application).subject_label == NAME


@pytest.mark.parametrize(
    ("state", "blinded"),
    [
        (S.REVIEWING, True),
        (S.CLOSED_REVIEW, True),
        (S.SITE_VISIT, False),
        (S.PENDING_DECISION, False),
        (S.PUBLICITY, False),
        (S.RECOGNISED, False),
        (S.CLOSED_DECISION, False),
    ],
)
def test_when_the_agency_learns_it(state, blinded):
    application = ApplicationFactory(state=state)
    manager = person(Role.AGENCY, organisation=application.agency)

    row = selectors.applications_visible_to(manager).get()

    assert (row.is_blinded, application.is_hidden_from_agency) == (blinded, blinded)
    assert selectors.applications_read_openly_by(manager).exists() is not blinded


def test_withdrawn_during_the_review_it_stays_hidden(handed_over):
    application, manager = handed_over
    services.withdraw_application(application=application, reason="示例", by=application.begun_by)

    assert selectors.applications_visible_to(manager).get().is_blinded


def test_who_also_works_for_the_bureau_reads_openly():
    application = ApplicationFactory(state=S.REVIEWING)
    both = person(Role.AGENCY, organisation=application.agency)
    MembershipFactory(user=both, role=Role.BUREAU_CLERK, organisation=OrganisationFactory(kind="bureau"))

    assert not selectors.applications_visible_to(both).get().is_blinded


def test_the_book_is_searched_for_what_tells():
    application = engaged(S.REVIEWING)
    version = application.versions.get()

    chapters = book.read_blind(book.of_edition("2022"), application, version.answers)

    assert bait_in(str(chapters)) == []


def test_a_blinded_row_keeps_the_state_of_the_case(handed_over):
    application, _manager = handed_over

    blinded = application.blinded()

    assert (str(blinded), blinded.shown_name, blinded.shown_host, blinded.shown_division) == (
        application.alias,
        "",
        None,
        None,
    )
    assert (str(application), Application.is_blinded) == (NAME, False)
