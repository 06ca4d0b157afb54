"""Institutes from before the portal for tests: a lawful entry for any state; every name is plainly invented."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from institutes.enums.earlier import EarlierState
from institutes.models import EarlierRecognition, Institute, Recognition
from institutes.services.effects import begin_tenures
from records import clock
from records.attachments import attach_file
from tests.factories.accounts import OrganisationFactory
from tests.factories.institutes import IndustryChainFactory, RecognitionEditionFactory, a_user
from tests.factories.records import pdf_upload


class EarlierRecognitionFactory(DjangoModelFactory):
    """Recognised in 2021 and accepted in 2023; ``accepted_on=None`` is one that is still being built."""

    class Meta:
        model = EarlierRecognition
        skip_postgeneration_save = True

    host = factory.SubFactory(OrganisationFactory)
    division = factory.SelfAttribute("host.division")
    edition = factory.SubFactory(RecognitionEditionFactory)
    institute_name = factory.Sequence(lambda n: f"示例既有产业技术研究院{n}")
    chain = factory.SubFactory(IndustryChainFactory)
    certificate_number = factory.Sequence(lambda n: f"示例证书第{n}号")
    document_number = "示例石科〔2021〕5号"
    recognised_on = date(2021, 3, 1)
    build_from, build_to = date(2021, 3, 1), date(2023, 2, 28)
    accepted_on = date(2023, 4, 10)
    acceptance_document = factory.LazyAttribute(lambda row: "示例石科〔2023〕9号" if row.accepted_on else "")
    state = EarlierState.DRAFT
    state_since = factory.LazyFunction(clock.now)
    drafted_at = factory.LazyFunction(clock.now)
    drafted_by = factory.LazyFunction(lambda: a_user("entry-clerk"))
    recorded_at = factory.LazyAttribute(
        lambda row: row.drafted_at if row.state == EarlierState.RECORDED else None
    )
    recorded_by = factory.LazyAttribute(lambda row: a_user("entry-approver") if row.recorded_at else None)

    @factory.post_generation
    def documents(self, create, extracted, **more):
        if create:
            for kind in ("earlier_recognition", "earlier_acceptance"):
                attach_file(subject=self, kind=kind, upload=pdf_upload(f"{kind}.pdf"), by=self.drafted_by)

    @factory.post_generation
    def institute(self, create, extracted, **more):
        if create and extracted is not False and self.state == EarlierState.RECORDED:
            entered_recognition(self)


def entered_recognition(earlier: EarlierRecognition) -> Recognition:
    """What came of a recorded entry."""
    institute = Institute.objects.create(
        name=earlier.institute_name,
        host=earlier.host,
        division=earlier.division,
        chain=earlier.chain,
        build_from=earlier.build_from,
        build_to=earlier.build_to,
    )
    begin_tenures(institute, earlier.recognised_on)
    return Recognition.objects.create(
        institute=institute,
        earlier=earlier,
        edition=earlier.edition,
        certificate_number=earlier.certificate_number,
        year=earlier.recognised_on.year,
        sequence=earlier.pk % 30_000,
        recognised_on=earlier.recognised_on,
        recognised_at=earlier.drafted_at,
        recognised_by=a_user("entry-approver"),
    )
