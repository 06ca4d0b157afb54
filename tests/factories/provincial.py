"""Filings for the province for tests: a lawful row for any state, with its inspection; every name is invented."""

from datetime import time, timedelta

import factory
from factory.django import DjangoModelFactory

from institutes.enums.provincial import FilingState as S
from institutes.enums.provincial import InspectionConclusion, ProvincialOutcome
from institutes.models import Inspection, InspectionParticipant, ProvincialFiling
from institutes.models.provincial import (
    AT_THE_PROVINCE,
    CONCLUDED,
    CONFIRMED,
    FILED,
    HANDED_IN,
    OPINED,
    RESULTED,
    SETTLED,
    SIGNED,
)
from records import clock
from records.attachments import attach_file
from tests.factories.institutes import RecognitionEditionFactory, RecognitionFactory, a_user
from tests.factories.records import pdf_upload

PEOPLE = (
    ("industry_department", "相关行业部门", "示例市工业和信息化局", "示例甲", "副局长"),
    ("host_government_leader", "拟落地政府分管领导", "示例区人民政府", "示例乙", "副区长"),
    ("science_department_head", "科技管理部门负责人", "示例市科学技术局", "示例丙", "局长"),
)
RECOGNISED_BEFORE = timedelta(days=120)
FILED_BEFORE, HELD_BEFORE, APPLIED_BEFORE = timedelta(days=90), timedelta(days=60), timedelta(days=50)


def people_asked(*, but: str = "") -> list[dict[str, str]]:
    """Who is asked to an inspection, as its form takes it."""
    return [
        {"role": role, "organisation": office, "name": name, "post": post}
        for role, _label, office, name, post in PEOPLE
        if role != but
    ]


def publish_provincial_rules() -> None:
    """The editions by which a filing goes its way."""
    RecognitionEditionFactory()
    RecognitionEditionFactory(kind="provincial")


class FilingFactory(DjangoModelFactory):
    """An institute recognised some months ago files for the province; in any state, with its stamps."""

    class Meta:
        model = ProvincialFiling
        skip_postgeneration_save = True

    class Params:
        recognition = factory.SubFactory(
            RecognitionFactory,
            recognised_on=factory.LazyFunction(lambda: clock.today() - RECOGNISED_BEFORE),
        )
        n = factory.Sequence(lambda n: n + 1)

    institute = factory.LazyAttribute(lambda row: row.recognition.institute)
    edition = factory.SubFactory(RecognitionEditionFactory, kind="provincial")
    host = factory.LazyAttribute(lambda row: row.institute.host)
    division = factory.LazyAttribute(lambda row: row.institute.division)
    proposed_name = factory.LazyAttribute(lambda row: f"河北省示例{row.n}产业技术研究院")
    host_government = "示例区人民政府"
    grounds = "示例：建设期目标全部完成。"
    state = S.DRAFT
    drafted_at = factory.LazyFunction(clock.now)
    drafted_by = factory.LazyFunction(lambda: a_user("filing-drafter"))
    handed_in_at = factory.LazyAttribute(lambda row: row.drafted_at if row.state in HANDED_IN else None)
    handed_in_by = factory.LazyAttribute(lambda row: a_user("filing-admin") if row.handed_in_at else None)
    county_position = factory.LazyAttribute(lambda row: "agrees" if row.opined_at else "")
    county_opinion = factory.LazyAttribute(lambda row: "示例县级意见：同意。" if row.opined_at else "")
    opined_at = factory.LazyAttribute(lambda row: row.drafted_at if row.state in OPINED else None)
    opined_by = factory.LazyAttribute(lambda row: a_user("filing-county") if row.opined_at else None)
    signed_at = factory.LazyAttribute(lambda row: row.drafted_at if row.state in SIGNED else None)
    signed_by = factory.LazyAttribute(lambda row: a_user("filing-lead") if row.signed_at else None)
    number = factory.LazyAttribute(lambda row: f"SJZ-BB-2000-{row.n:03d}" if row.filed_at else "")
    filed_on = factory.LazyAttribute(lambda row: clock.today() - FILED_BEFORE if row.filed_at else None)
    filed_at = factory.LazyAttribute(lambda row: row.drafted_at if row.state in FILED else None)
    filed_by = factory.LazyAttribute(lambda row: a_user("filing-clerk") if row.filed_at else None)
    concluded_at = factory.LazyAttribute(lambda row: row.drafted_at if row.state in CONCLUDED else None)
    concluded_by = factory.LazyAttribute(lambda row: a_user("filing-clerk") if row.concluded_at else None)
    confirmed_at = factory.LazyAttribute(lambda row: row.drafted_at if row.state in CONFIRMED else None)
    confirmed_by = factory.LazyAttribute(lambda row: a_user("filing-approver") if row.confirmed_at else None)
    dispatch_number = factory.LazyAttribute(lambda row: "示例科〔2026〕1号" if row.applied_at else "")
    applied_on = factory.LazyAttribute(lambda row: clock.today() - APPLIED_BEFORE if row.applied_at else None)
    applied_at = factory.LazyAttribute(lambda row: row.drafted_at if row.state in AT_THE_PROVINCE else None)
    applied_by = factory.LazyAttribute(lambda row: a_user("filing-clerk") if row.applied_at else None)
    document_number = factory.LazyAttribute(lambda row: "示例省科〔2026〕9号" if row.resulted_at else "")
    document_on = factory.LazyAttribute(lambda row: clock.today() if row.resulted_at else None)
    resulted_at = factory.LazyAttribute(lambda row: row.drafted_at if row.state in RESULTED else None)
    resulted_by = factory.LazyAttribute(lambda row: a_user("filing-clerk") if row.resulted_at else None)
    settled_at = factory.LazyAttribute(lambda row: row.drafted_at if row.state in SETTLED else None)
    settled_by = factory.LazyAttribute(lambda row: a_user("filing-approver") if row.settled_at else None)

    @factory.lazy_attribute
    def conclusion(self):
        if self.concluded_at is None:
            return ""
        other = {S.IMPROVING: InspectionConclusion.IMPROVE, S.NOT_SUPPORTED: InspectionConclusion.NOT_SUPPORT}
        return other.get(self.state, InspectionConclusion.SUPPORT)

    @factory.lazy_attribute
    def outcome(self):
        if self.resulted_at is None:
            return ""
        refused = self.state == S.NOT_RECOGNISED
        return ProvincialOutcome.NOT_RECOGNISED if refused else ProvincialOutcome.RECOGNISED

    @factory.post_generation
    def inspection(self, create, extracted, **more):
        if create and self.state in (S.SCHEDULED, *CONCLUDED):
            InspectionFactory(filing=self, held=self.state in CONCLUDED, conclusion=self.conclusion)

    @factory.post_generation
    def files(self, create, extracted, **more):
        """``files=True`` brings what has to be there before it is handed in."""
        if create and extracted:
            for kind in ("materials", "support_letter"):
                upload = pdf_upload(f"{kind}.pdf")
                attach_file(subject=self, kind=kind, upload=upload, by=self.drafted_by)


class InspectionFactory(DjangoModelFactory):
    """The first inspection, today or some weeks ago, with one of each part."""

    class Meta:
        model = Inspection
        skip_postgeneration_save = True

    class Params:
        held = False

    filing = factory.SubFactory(FilingFactory, state=S.FILED)
    round = 1
    inspects_on = factory.LazyAttribute(
        lambda row: clock.today() - (HELD_BEFORE if row.held else timedelta())
    )
    starts = time(9)
    place = "示例区示例路 1 号会议室"
    scheduled_at = factory.LazyFunction(clock.now)
    scheduled_by = factory.LazyFunction(lambda: a_user("filing-clerk"))
    held_on = factory.LazyAttribute(lambda row: row.inspects_on if row.held else None)
    conclusion = ""
    opinion = factory.LazyAttribute(lambda row: "示例意见：条件具备。" if row.held else "")
    recorded_at = factory.LazyAttribute(lambda row: row.scheduled_at if row.held else None)
    recorded_by = factory.LazyAttribute(lambda row: a_user("filing-clerk") if row.held else None)

    @factory.post_generation
    def people(self, create, extracted, **more):
        if create:
            for role, label, office, name, post in PEOPLE:
                InspectionParticipantFactory(
                    inspection=self,
                    role=role,
                    role_label=label,
                    organisation=office,
                    name=name,
                    post=post,
                    present=True if self.held_on else None,
                )


class InspectionParticipantFactory(DjangoModelFactory):
    class Meta:
        model = InspectionParticipant

    inspection = factory.SubFactory(InspectionFactory)
    role, role_label = "industry_department", "相关行业部门"
    organisation = "示例市发展和改革委员会"
    name = factory.Sequence(lambda n: f"示例参加人{n}")
    post = "处长"
