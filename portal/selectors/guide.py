"""The guide for whoever wants to apply: who can, what one gets, step by step, what to bring, why others failed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from accounts.roles import Role, label_of
from funding.models import GrantEdition
from institutes import selectors as institutes
from institutes.book import standing
from institutes.book.form_2022 import ANNEXES
from institutes.enums import ApplicationState as S
from institutes.lifecycle import APPLICATION
from institutes.models import Application, Call, RecognitionEdition
from institutes.selectors import reasons as failures
from institutes.selectors.questions import published_questions
from portal.selectors.public import grants, open_calls
from portal.selectors.workload import Pace, paces

DAYS = 365
PERIOD = "publicity"
"""A step that lasts as long as it was announced: nobody can be late."""
LEAST = 2
ASKED = 8
OFFICES = {Role.ENT_FILLER: "申报单位", Role.ENT_ADMIN: "申报单位管理员", Role.AGENCY: "第三方机构"}
STEPS: tuple[tuple[str, tuple[str, ...], str, str], ...] = (
    ("填报提交", (S.DRAFT,), "", "在受理期内登录填报申报书、上传附件，系统自动保存；提交前逐项提示缺漏。"),
    ("单位审核", (S.UNIT_REVIEW,), "unit_review", "本单位管理员核对并报送县级，同时取得受理号。"),
    (
        "县级推荐",
        (S.COUNTY_REVIEW, S.COUNTY_SIGNING),
        "county_review",
        "县（市、区）科技管理部门审核、查询信用，分管领导签发推荐函。",
    ),
    (
        "形式审查",
        (S.FORMAL_REVIEW, S.FORMAL_CONFIRMATION),
        "formal_review",
        "市科技局按清单审查；有缺漏的一次性告知全部问题。",
    ),
    ("补正", (S.SUPPLEMENT_REQUESTED,), "supplement", "只有接到补正通知的才需办理；逾期视为放弃。"),
    ("专家评审", (S.REVIEWING,), "review", "委托第三方机构组织，专家随机抽取，材料隐去单位名称。"),
    ("现场考察", (S.SITE_VISIT,), "site_visit", "评审合格的到现场核对场地、设备和人员，县级派员见证。"),
    ("审议", (S.PENDING_DECISION,), "decision", "市科技局会议审议，形成拟认定名单。"),
    ("公示", (S.PUBLICITY,), "publicity", "拟认定名单向社会公示，任何单位和个人可以实名提出异议。"),
)
"""The main way of an application: its name, its states, its time limit, what is done."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step as the guide shows it: who acts, within how many working days, how often that was kept lately.

    ``done``: how many cases had that limit and are through with it, of which ``kept`` in time; both are None where
    there are so few that the figure would tell of one of them.
    """

    label: str
    who: str
    days: int | None
    clause: str
    what: str
    done: int | None = None
    kept: int | None = None

    @property
    def share(self) -> int | None:
        """How often the limit was kept, in whole percent, rounded down."""
        return self.kept * 100 // self.done if self.done and self.kept is not None else None


def guide(*, at: datetime) -> dict[str, Any]:
    """Everything the guide says on that day; ``edition`` is None before there are rules."""
    on = timezone.localdate(at)
    edition = _edition(on)
    if edition is None:
        return {"edition": None}
    calls = list(open_calls(at=at)[:1])
    criteria = [(each, standing.asked_by(each)) for each in edition.terms["criteria"]]
    return {
        "edition": edition,
        "call": calls[0] if calls else None,
        "required": [pair for pair in criteria if pair[0]["kind"] == "hard"],
        "weighed": [pair for pair in criteria if pair[0]["kind"] != "hard"],
        "grants": grants(on=on),
        "steps": steps(edition, _done(on)),
        "payment": payment_steps(on),
        "annexes": annexes(edition),
        "templates": institutes.guide_files(calls[0]) if calls else [],
        "reasons": common_reasons(at=at),
        "reason_least": _least(edition),
        "questions": published_questions()[:ASKED],
    }


def _edition(on: date) -> RecognitionEdition | None:
    found = RecognitionEdition.objects.filter(kind="recognition", valid_from__lte=on)
    return found.order_by("-valid_from").first()


def _done(on: date) -> list[Pace]:
    return paces(divisions=None, days=DAYS, on=on)


def promise(*, on: date) -> list[Step]:
    """What the offices promise for each step of an application, and how often it was kept in the last year."""
    edition = _edition(on)
    return [step for step in steps(edition, _done(on)) if step.days] if edition else []


def steps(edition: RecognitionEdition, done: Iterable[Pace]) -> list[Step]:
    """The way of an application with the time limits of the edition and how often they were kept in the last year."""
    matter = str(Application._meta.verbose_name)
    by_label = {pace.step: pace for pace in done if pace.matter == matter}
    return [_step(edition, by_label, *row) for row in STEPS]


def _step(
    edition: RecognitionEdition,
    done: dict[str, Pace],
    label: str,
    states: tuple[str, ...],
    limit: str,
    what: str,
) -> Step:
    held = [APPLICATION.states[state] for state in states]
    counted = [done[str(state.label)] for state in held if str(state.label) in done]
    if limit in ("", PERIOD):
        counted = []
    bound, kept = sum(pace.bound for pace in counted), sum(pace.kept for pace in counted)
    ground = edition.citations.get(f"time_limits.{limit}", {})
    return Step(
        label=label,
        who=_office(held[0].role),
        days=edition.working_days(limit) if limit else None,
        clause=ground.get("clause") or "",
        what=what,
        done=bound if bound >= LEAST else None,
        kept=kept if bound >= LEAST else None,
    )


def _office(role: str) -> str:
    known = Role(role)
    if known in OFFICES:
        return OFFICES[known]
    if known in (Role.COUNTY_STAFF, Role.COUNTY_LEAD):
        return "县（市、区）科技管理部门"
    return "市科技局" if known in (Role.BUREAU_CLERK, Role.BUREAU_APPROVER) else str(label_of(known))


PAYING = {
    "account_confirmation": "申报单位",
    "account_check": "市科技局",
    "approval": "市科技局",
    "planning": "市科技局",
    "finance_review": "市财政局",
    "issue": "市科技局、市财政局",
    "county_receive": "县（市、区）财政",
    "county_pay": "县（市、区）财政",
    "receipt": "申报单位",
}
"""The steps of paying in their order, and who takes each."""


def payment_steps(on: date) -> list[tuple[str, str, int]]:
    """From recognition to the unit's account: each step, who takes it, within how many working days."""
    editions = GrantEdition.objects.filter(kind="disbursement", valid_from__lte=on)
    edition = editions.order_by("-valid_from").first()
    if edition is None:
        return []
    limits, grounds = edition.terms["time_limits"], edition.citations
    return [
        (grounds[f"time_limits.{code}"]["label"], who, int(limits[code]))
        for code, who in PAYING.items()
        if code in limits
    ]


def annexes(edition: RecognitionEdition) -> list[tuple[str, str, str]]:
    """What has to be brought: label, what is asked of it, the clause that asks for it."""
    terms = edition.terms["book"]
    return [(str(each.label), str(each.help).format_map(terms), each.clause) for each in ANNEXES]


def common_reasons(*, at: datetime) -> list[tuple[str, int]]:
    """Why applications of the latest decided calls did not come through: numbers that give nobody away."""
    calls: list[Call] = failures.decided_calls(before=at)
    if not calls:
        return []
    least = max(_least(call.edition) for call in calls)
    return failures.grouped_causes(failures.causes_of_failure(*calls), least=least)


def _least(edition: RecognitionEdition) -> int:
    return max(LEAST, int(edition.terms["publicity"]["common_reasons_min"]))
