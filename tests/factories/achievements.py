"""Achievements for tests: a lawful row for any kind and any state; every name is plainly invented."""

from datetime import date, timedelta
from decimal import Decimal
from functools import cache

import factory
from factory.django import DjangoModelFactory

from institutes.enums import AchievementKind as K
from institutes.enums import AchievementState as S
from institutes.enums import HintGround
from institutes.models import Achievement, AchievementHint
from institutes.models.achievement import COUNTED, COUNTY_VERIFIED, HANDED_IN
from institutes.policy import mark_of, patent_check
from records import clock
from records.attachments import attach_file
from tests.factories.accounts import make_uscc
from tests.factories.institutes import (
    RecognitionEditionFactory,
    RecognitionFactory,
    a_user,
    policy_terms,
)
from tests.factories.records import PDF, pdf_upload

DAY = date(2026, 3, 2)


@cache
def terms_of(kind: str) -> dict:
    """The terms of a kind of achievement, as they are copied to a row."""
    terms = policy_terms("achievements")
    labels = {row["code"]: row["label"] for row in terms["evidence"]}
    tasks = {row["code"]: row["label"] for row in policy_terms()["tasks"]}
    row = next(row for row in terms["kinds"] if row["code"] == kind)
    evidence = [{"code": code, "label": labels[code]} for code in row["evidence"]]
    again = next((each for each in terms["recurring"] if each["code"] == kind), None)
    row = row | ({"recurs": again["period"], "help": again["help"]} if again else {})
    return {**row, "task_label": tasks[row["task"]], "evidence": evidence}


def number_for(kind: str, n: int) -> str:
    """A number of the kind's series that nobody else bears."""
    series = terms_of(kind)["series"]
    if series == "patent":
        digits = f"202110{n:06d}"
        return f"ZL{digits}.{patent_check(digits)}"
    return {
        "contract": f"20261301{n:08d}",
        "standard": f"GB/T {10_000 + n}-2026",
        "project": f"2637{n:04d}D",
    }.get(series, "")


def facts_for(kind: str, n: int = 1, **more) -> dict:
    """What a unit enters of a kind: everything that it asks for, and no more."""
    terms = terms_of(kind)
    facts = {"title": f"示例成果{kind}{n}号", "achieved_on": DAY, "number": number_for(kind, n)}
    if terms["partner_required"] or terms["mark_from"] == "partner":
        facts |= {"partner_name": f"示例合作单位{n}有限公司", "partner_uscc": make_uscc(500_000 + n)}
    if terms["amount_label"]:
        facts["amount"] = Decimal("120000.00")
    if terms["quantity_label"]:
        facts["quantity"] = 12
    if "level" in terms.get("asks", ()):
        facts |= {"level": "provincial", "programme": "示例省级重点研发计划", "part": "leads"}
        facts["ends_on"] = DAY + timedelta(days=730)
    return facts | more


def evidence_for(kind: str) -> dict:
    """The files that a kind asks for, by their kinds."""
    return {
        row["code"]: pdf_upload(f"{row['code']}.pdf", PDF + f"%{kind}{row['code']}".encode())
        for row in terms_of(kind)["evidence"]
    }


def publish_achievement_rules() -> None:
    """The editions that an achievement is entered by."""
    RecognitionEditionFactory()
    RecognitionEditionFactory(kind="achievements")


class AchievementFactory(DjangoModelFactory):
    """A new product of a recognised institute; in any state, with its stamps."""

    class Meta:
        model = Achievement
        skip_postgeneration_save = True

    class Params:
        recognition = factory.SubFactory(RecognitionFactory)
        n = factory.Sequence(lambda n: n + 1)
        facts = factory.LazyAttribute(lambda row: facts_for(row.kind, row.n))

    institute = factory.LazyAttribute(lambda row: row.recognition.institute)
    edition = factory.SubFactory(RecognitionEditionFactory, kind="achievements")
    host = factory.LazyAttribute(lambda row: row.institute.host)
    division = factory.LazyAttribute(lambda row: row.institute.division)
    kind = K.NEW_PRODUCT
    terms = factory.LazyAttribute(lambda row: terms_of(row.kind))
    title = factory.LazyAttribute(lambda row: row.facts["title"])
    number = factory.LazyAttribute(lambda row: row.facts["number"])
    partner_name = factory.LazyAttribute(lambda row: row.facts.get("partner_name", ""))
    partner_uscc = factory.LazyAttribute(lambda row: row.facts.get("partner_uscc", ""))
    achieved_on = DAY
    amount = factory.LazyAttribute(lambda row: row.facts.get("amount"))
    quantity = factory.LazyAttribute(lambda row: row.facts.get("quantity"))
    level = factory.LazyAttribute(lambda row: row.facts.get("level", ""))
    programme = factory.LazyAttribute(lambda row: row.facts.get("programme", ""))
    part = factory.LazyAttribute(lambda row: row.facts.get("part", ""))
    ends_on = factory.LazyAttribute(lambda row: row.facts.get("ends_on"))
    state = S.DRAFT
    drafted_at = factory.LazyFunction(clock.now)
    drafted_by = factory.LazyFunction(lambda: a_user("achievement-drafter"))
    handed_in_at = factory.LazyAttribute(lambda row: row.drafted_at if row.state in HANDED_IN else None)
    handed_in_by = factory.LazyAttribute(
        lambda row: a_user("achievement-admin") if row.handed_in_at else None
    )
    county_opinion = factory.LazyAttribute(
        lambda row: "示例县级意见：属实。" if row.county_verified_at else ""
    )
    county_verified_at = factory.LazyAttribute(
        lambda row: row.drafted_at if row.state in COUNTY_VERIFIED else None
    )
    county_verified_by = factory.LazyAttribute(
        lambda row: a_user("achievement-county") if row.county_verified_at else None
    )
    verified_at = factory.LazyAttribute(
        lambda row: row.drafted_at if row.state in (*COUNTED, S.ANNULLED) else None
    )
    verified_by = factory.LazyAttribute(lambda row: a_user("achievement-bureau") if row.verified_at else None)
    rejected_at = factory.LazyAttribute(lambda row: row.drafted_at if row.state == S.REJECTED else None)
    rejected_by = factory.LazyAttribute(lambda row: a_user("achievement-bureau") if row.rejected_at else None)
    annulment_proposed_at = factory.LazyAttribute(
        lambda row: row.drafted_at if row.state in (S.ANNULLING, S.ANNULLED) else None
    )
    annulment_proposed_by = factory.LazyAttribute(
        lambda row: a_user("achievement-bureau") if row.annulment_proposed_at else None
    )
    annulment_grounds = factory.LazyAttribute(
        lambda row: "示例：材料不实。" if row.annulment_proposed_at else ""
    )
    annulled_at = factory.LazyAttribute(lambda row: row.drafted_at if row.state == S.ANNULLED else None)
    annulled_by = factory.LazyAttribute(
        lambda row: a_user("achievement-approver") if row.annulled_at else None
    )

    @factory.lazy_attribute
    def mark(self):
        said = {"number": self.number, "uscc": self.partner_uscc, "year": int(str(self.achieved_on)[:4])}
        return mark_of(self.terms, institute=self.institute.pk, **said)

    @factory.post_generation
    def evidence(self, create, extracted, **more):
        """``evidence=True`` brings what the kind asks for."""
        if create and extracted:
            for kind, upload in evidence_for(self.kind).items():
                attach_file(subject=self, kind=kind, upload=upload, by=self.drafted_by)


class AchievementHintFactory(DjangoModelFactory):
    class Meta:
        model = AchievementHint

    achievement = factory.SubFactory(AchievementFactory, state=S.COUNTY_REVIEW)
    other = factory.SubFactory(AchievementFactory, state=S.VERIFIED)
    ground = HintGround.TITLE
    likeness = Decimal("80.00")
    raised_at = factory.LazyAttribute(lambda row: row.achievement.handed_in_at)
    raised_by = factory.LazyAttribute(lambda row: row.achievement.handed_in_by)
