"""Joint notices and batches of certificates: in the order of the numbers, none twice, whatever is killed."""

import io
import re
import subprocess
import zipfile
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from accounts.roles import Role
from institutes import services, tasks
from institutes.enums import ApplicationState as S
from institutes.models import Application, CertificateBatch, Recognition
from institutes.services import certificates
from notices.models import Notice
from records import audit, clock, jobs
from records.errors import Conflict, Incomplete
from records.models import Document, Job
from tests.factories.accounts import UserFactory, person
from tests.factories.institutes import (
    ApplicationFactory,
    ApplicationVersionFactory,
    CertificateBatchFactory,
    IndustryChainFactory,
    RecognitionEditionFactory,
    RecognitionFactory,
    decide,
    policy_terms,
)
from tests.factories.notices import publish_rules

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
BOOK = {"partners": {"partners": [{"key": "0", "name": "示例大学"}]}}


class KilledError(Exception):
    """A worker that is killed commits nothing of the step it was in."""


@pytest.fixture
def edition():
    return RecognitionEditionFactory()


def recognised(count: int) -> list[Recognition]:
    """Recognitions whose certificates are promised and wait for a batch."""
    found = []
    for n in range(1, count + 1):
        recognition = RecognitionFactory(year=2026, sequence=n)
        ApplicationVersionFactory(application=recognition.application, answers=BOOK)
        audit.record(
            "institutes.application.recognise",
            recognition.application,
            by=UserFactory(),
            to_state="recognised",
            paper={"kind": "certificate", "number": recognition.certificate_number},
            with_notice=True,
        )
        found.append(recognition)
    return found


def ordered(recognitions, number="示科〔2026〕12号") -> Job:
    services.order_certificates(recognitions=recognitions, number=number, by=person(Role.BUREAU_APPROVER))
    return Job.objects.get()


def take_a_step_and_be_killed(job: Job) -> None:
    jobs.take_step(job.pk)
    raise KilledError


def certificates_made() -> list[str]:
    return list(Document.objects.filter(kind="certificate").order_by("pk").values_list("number", flat=True))


def test_an_edition_in_batches_promises_the_certificate_and_leaves_it_to_the_batch(monkeypatch):
    rung = []
    monkeypatch.setattr(tasks.issue_paper, "delay", rung.append)
    publish_rules()
    terms = policy_terms() | {"certificates": {"papers": "batch", "joint_issuers": ["示例科技局"]}}
    edition = RecognitionEditionFactory(terms=terms)
    application = ApplicationFactory(
        state=S.PENDING_DECISION, chain=IndustryChainFactory(), call__edition=edition
    )
    ApplicationVersionFactory(application=application, answers=BOOK)
    with clock.at(MONDAY):
        decide(shortlist=[application])

    assert services.recognise_what_has_run(at=MONDAY + timedelta(days=8)) == 1

    recognition = Recognition.objects.get()
    event = audit.history(application).filter(verb="institutes.application.recognise").get()
    assert (recognition.sequence, event.data["paper"]["number"]) == (1, recognition.certificate_number)
    assert services.issue_missing_papers(before=clock.now() + timedelta(days=30)) == 0
    assert (services.promise_of(event_id=event.pk), certificates_made(), rung) == (None, [], [])


def test_a_batch_makes_the_notice_and_each_certificate_in_the_order_of_the_numbers(edition):
    rows = recognised(3)
    job = ordered(reversed(rows))
    jobs.run(job.pk)

    job.refresh_from_db()
    batch = CertificateBatch.objects.get()
    notice = Document.objects.get(kind="recognition_notice")
    assert (job.state, job.done, job.total) == ("done", 4, 4)
    assert (notice.number, notice.public, notice.issued_by) == ("示科〔2026〕12号", True, batch.ordered_by)
    assert [row["number"] for row in notice.context["rows"]] == [one.certificate_number for one in rows]
    assert certificates_made() == [one.certificate_number for one in rows]
    assert set(Recognition.objects.values_list("batch", flat=True)) == {batch.pk}


def test_whatever_is_killed_no_number_is_used_twice_or_left_out(edition, monkeypatch):
    monkeypatch.setattr(certificates, "AT_A_TIME", 2)
    rows = recognised(5)
    job = ordered(rows)

    steps = 0
    while True:
        with pytest.raises(KilledError), transaction.atomic():
            take_a_step_and_be_killed(job)
        before = certificates_made()
        assert before == [one.certificate_number for one in rows[: len(before)]]
        if not jobs.take_step(job.pk):
            break
        steps += 1

    assert steps == 4
    assert certificates_made() == [one.certificate_number for one in rows]
    job.refresh_from_db()
    assert (job.state, job.done) == ("done", 6)


def test_a_certificate_that_exists_is_left_as_it_is(edition):
    rows = recognised(2)
    event = audit.history(rows[0].application).last()
    earlier = services.issue_paper(event=event)

    jobs.run(ordered(rows).pk)

    assert Document.objects.filter(kind="certificate").order_by("pk").first() == earlier
    assert certificates_made() == [one.certificate_number for one in rows]


def test_each_unit_hears_of_it_once(edition):
    rows = recognised(1)
    unit = person(Role.ENT_ADMIN, organisation=rows[0].institute.host)
    job = ordered(rows)
    jobs.run(job.pk)

    (told,) = Notice.objects.filter(recipient=unit, event="institutes.certificatebatch.order")
    assert rows[0].certificate_number in told.body
    assert "示科〔2026〕12号" in told.body


def test_what_cannot_be_named_is_said_all_at_once(edition):
    named, revoked = recognised(2)
    Recognition.objects.filter(pk=named.pk).update(batch=CertificateBatchFactory(number="示科〔2026〕1号"))
    revoked = RecognitionFactory(year=2026, sequence=9, revoked=True)

    with pytest.raises(Conflict) as refused:
        services.order_certificates(
            recognitions=[named, revoked], number="示科〔2026〕1号", by=person(Role.BUREAU_APPROVER)
        )

    assert [reason.text for reason in refused.value.reasons] == [
        "“SJZ-CYY-2026-001”已列入另一份认定通知。",
        "“SJZ-CYY-2026-009”已被撤销，不能列入认定通知。",
        "文号“示科〔2026〕1号”已用于另一份认定通知。",
    ]


def test_a_notice_needs_its_number_and_somebody_to_name(edition):
    with pytest.raises(Incomplete) as refused:
        services.order_certificates(recognitions=[], number=" ", by=person(Role.BUREAU_APPROVER))

    assert [reason.field for reason in refused.value.reasons] == ["number", "recognitions"]


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.BUREAU_APPROVER, 302), (Role.BUREAU_CLERK, 403), (Role.AUDITOR, 403), (Role.ENT_ADMIN, 403)],
)
def test_who_orders_a_notice(client, edition, role, status):
    (one,) = recognised(1)
    client.force_login(person(role))

    answer = client.post("/certificates/", {"recognitions": [one.pk], "number": "示科〔2026〕12号"})

    assert answer.status_code == status
    assert CertificateBatch.objects.exists() is (status == 302)


def test_the_list_previews_the_numbers_in_their_order(client, edition):
    rows = recognised(3)
    client.force_login(person(Role.BUREAU_APPROVER))

    page = client.get("/certificates/").content.decode()

    assert re.findall(r"SJZ-CYY-2026-\d{3}", page) == [one.certificate_number for one in rows]


def test_a_malformed_order_keeps_what_was_ticked(client, edition):
    one, _other = recognised(2)
    client.force_login(person(Role.BUREAU_APPROVER))

    answer = client.post("/certificates/", {"recognitions": [one.pk], "number": ""})

    assert answer.status_code == 422
    assert re.findall(r'value="(\d+)" checked', answer.content.decode()) == [str(one.pk)]


def test_the_archive_holds_the_notice_and_every_certificate(client, edition):
    rows = recognised(2)
    jobs.run(ordered(rows).pk)
    client.force_login(person(Role.BUREAU_CLERK))
    batch = CertificateBatch.objects.get()

    page = client.get(batch.get_absolute_url()).content.decode()
    answer = client.get(f"{batch.get_absolute_url()}archive/")

    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer)))
    names = sorted(archive.namelist())
    assert [name.split()[0] for name in names] == ["SJZ-CYY-2026-001", "SJZ-CYY-2026-002", "示科〔2026〕12号"]
    assert all(archive.read(name).startswith(b"%PDF-") for name in names)
    assert page.count("打开（PDF）") == 2


@pytest.mark.slow
def test_certificates_of_a_batch_are_small_and_lack_no_letter(edition, tmp_path):
    rows = recognised(20)
    Application.objects.filter(pk=rows[0].application_id).update(
        institute_name="石家庄市示例㐂龘产业技术研究院"
    )
    jobs.run(ordered(rows).pk)

    papers = list(Document.objects.filter(kind="certificate").order_by("number"))
    words, titles = [], set()
    for paper in papers:
        words.append("".join(said("pdftotext", paper.file.path, "-").split()))
        titles.add(re.search(r"Title: +(.+)", said("pdfinfo", paper.file.path)).group(1))
    assert len(papers) == len(titles) == 20
    assert max(paper.size for paper in papers) <= 100 * 1024
    assert all(paper.number in text for paper, text in zip(papers, words, strict=True))
    assert "示例㐂龘产业技术研究院" in words[0]
    assert "\ufffd" not in "".join(words)
    assert len({paper.code for paper in papers}) == 20


def said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
