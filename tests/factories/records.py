"""Ground rows for tests: register lines, deadlines, files."""

import hashlib
from datetime import date, timedelta

import factory
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from factory.django import DjangoModelFactory

from records import clock
from records.models import (
    Attachment,
    AuditEvent,
    CalendarChange,
    DayOverride,
    Deadline,
    DeadlineMove,
    Document,
    Job,
    JobPiece,
    NumberSeries,
    RegisterHead,
    UpInterval,
)
from tests.factories.accounts import OrganisationFactory, UserFactory

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def pdf_upload(name: str = "示例材料.pdf", body: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body, content_type="application/pdf")


class AboutOrganisation(DjangoModelFactory):
    """A row about an organisation, unless told otherwise."""

    class Meta:
        abstract = True

    class Params:
        subject = factory.SubFactory(OrganisationFactory)

    subject_type = factory.LazyAttribute(lambda row: row.subject._meta.label_lower)
    subject_id = factory.LazyAttribute(lambda row: row.subject.pk)
    subject_label = factory.LazyAttribute(lambda row: str(row.subject))


class AuditEventFactory(AboutOrganisation):
    class Meta:
        model = AuditEvent

    verb = "records.sample"
    actor = factory.SubFactory(UserFactory)
    actor_label = factory.LazyAttribute(lambda row: str(row.actor))
    at = factory.LazyFunction(clock.now)


class DeadlineFactory(AboutOrganisation):
    class Meta:
        model = Deadline

    kind = "state"
    label = "待办理"
    holder_role = "bureau_clerk"
    opened_at = factory.LazyFunction(clock.now)


class AttachmentFactory(AboutOrganisation):
    class Meta:
        model = Attachment

    kind = "licence"
    name = "营业执照.pdf"
    content_type = "application/pdf"
    size = len(PDF)
    sha256 = hashlib.sha256(PDF).hexdigest()
    uploaded_at = factory.LazyFunction(clock.now)
    uploaded_by = factory.SubFactory(UserFactory)
    file = factory.LazyFunction(lambda: ContentFile(PDF, name="licence.pdf"))


class DocumentFactory(AboutOrganisation):
    class Meta:
        model = Document

    kind = "sample"
    title = "示例文书"
    number = factory.Sequence(lambda n: f"示例〔2026〕{n}号")
    file = factory.LazyFunction(lambda: ContentFile(PDF, name="paper.pdf"))
    size = len(PDF)
    sha256 = hashlib.sha256(PDF).hexdigest()
    template = "print/base.html"
    context = factory.LazyFunction(dict)
    issued_at = factory.LazyFunction(clock.now)
    issued_by = factory.SubFactory(UserFactory)


class JobFactory(AboutOrganisation):
    class Meta:
        model = Job

    kind = "sample"
    title = factory.Sequence(lambda n: f"示例任务{n}")
    total = 3
    state = "queued"
    begun_at = factory.LazyFunction(clock.now)
    begun_by = factory.SubFactory(UserFactory)


class JobPieceFactory(DjangoModelFactory):
    class Meta:
        model = JobPiece

    job = factory.SubFactory(JobFactory)
    position = factory.Sequence(lambda n: n + 1)
    text = "示例\r\n"


class DayOverrideFactory(DjangoModelFactory):
    class Meta:
        model = DayOverride

    day = "2026-10-08"
    is_working = False
    name = "示例假日"
    source = "示例通知"


class UpIntervalFactory(DjangoModelFactory):
    """Up for the last hour, unless told otherwise."""

    class Meta:
        model = UpInterval

    begun_at = factory.LazyAttribute(lambda row: row.seen_at - timedelta(hours=1))
    seen_at = factory.LazyFunction(clock.now)


class NumberSeriesFactory(DjangoModelFactory):
    class Meta:
        model = NumberSeries

    series = factory.Sequence(lambda n: f"示例{n}")
    year = 2026


class CalendarChangeFactory(DjangoModelFactory):
    class Meta:
        model = CalendarChange

    source = factory.Sequence(lambda n: f"示例通知〔2026〕{n}号")
    days = factory.LazyFunction(lambda: [{"day": "2027-02-03", "is": "off", "was": "", "name": "示例假日"}])
    made_at = factory.LazyFunction(clock.now)
    made_by = factory.SubFactory(UserFactory)


class DeadlineMoveFactory(DjangoModelFactory):
    class Meta:
        model = DeadlineMove

    change = factory.SubFactory(CalendarChangeFactory)
    deadline = factory.SubFactory(DeadlineFactory)
    due_from = factory.LazyFunction(clock.today)
    due_to = factory.LazyFunction(lambda: clock.today() + timedelta(days=1))


class RegisterHeadFactory(DjangoModelFactory):
    """A head as it is stored; one that its register leads to is kept by ``records.heads.keep``."""

    class Meta:
        model = RegisterHead

    day = factory.Sequence(lambda n: date(2026, 1, 1) + timedelta(days=n))
    position = factory.Sequence(lambda n: n + 1)
    lines = 1
    line_hash = seal = factory.LazyAttribute(lambda row: hashlib.sha256(str(row.day).encode()).hexdigest())
    secret = "0" * 64
    kept_at = factory.LazyFunction(clock.now)
