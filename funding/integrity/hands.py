"""Whose hands moved the money, and whether it had to wait then (I4, I5). A finding is an alarm, never a repair."""

from collections.abc import Mapping

from django.db.models import DateField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from accounts.enums import MembershipState
from accounts.models import Membership
from funding import permissions as may
from funding.enums import PAID_STATES
from funding.models import (
    AllocationPlan,
    Award,
    BankLine,
    BudgetAdjustment,
    Clawback,
    Disbursement,
    PayeeAccount,
    Repayment,
)
from institutes.models import Application
from notices.models import Objection, PublicNoticeItem
from records.integrity import check
from records.models import AuditEvent
from records.models.subject import subject_type

HANDS: tuple[tuple[type, Mapping, tuple[str, ...]], ...] = (
    (PayeeAccount, may.PAYEE_WHO, ("first_check", "verify")),
    (Award, may.AWARD_WHO, ("confirm", "waive", "approve")),
    (AllocationPlan, may.PLAN_WHO, ("submit", "review", "cosign", "issue")),
    (
        Disbursement,
        may.DISBURSEMENT_WHO,
        ("receive", "pay", "propose_return", "propose_void", "void", "propose_unpaid", "confirm_unpaid"),
    ),
    (BudgetAdjustment, may.ADJUSTMENT_WHO, ("enter",)),
    (BankLine, may.LINE_WHO, ("propose", "confirm")),
    (Clawback, may.CLAWBACK_WHO, ("propose", "notify", "decide", "sign_closing", "close")),
    (Repayment, may.REPAYMENT_WHO, ("confirm",)),
)
"""The moves of money that a person takes, with who may."""
NEVER = (MembershipState.PROPOSED, MembershipState.REFUSED)


@check("I4", "经手每笔资金的人，当时都有相应岗位")
def hands_were_authorised() -> list[str]:
    found: list[str] = []
    for model, who, actions in HANDS:
        for action in actions:
            rows = _without_role(f"{subject_type(model)}.{action}", who[action].all_roles)
            found += [
                f"登记簿 {row.pk}：{row.actor.name}办理“{row.subject_label}”时没有相应岗位" for row in rows
            ]
    return found


def _without_role(verb: str, roles: tuple[str, ...]) -> QuerySet[AuditEvent]:
    """Lines of the register whose actor held none of these roles at that moment."""
    held = Membership.objects.filter(
        Q(until__isnull=True) | Q(until__gte=OuterRef("day")),
        Q(approved_at__isnull=True) | Q(approved_at__lte=OuterRef("at")),
        Q(ended_at__isnull=True) | Q(ended_at__gte=OuterRef("at")),
        user=OuterRef("actor"),
        role__in=roles,
        since__lte=OuterRef("day"),
    ).exclude(state__in=NEVER)
    rows = AuditEvent.objects.filter(verb=verb).annotate(day=TruncDate("at", output_field=DateField()))
    return rows.filter(~Exists(held)).select_related("actor").order_by("pk")


@check("I4", "方案四个环节由四人办理；退汇、作废、银行未付由两人先后办理")
def plans_and_endings_have_their_hands() -> list[str]:
    handled = ("proposed_by", "submitted_by", "reviewed_by", "cosigned_by")
    same = Q()
    for place, earlier in enumerate(handled):
        later = [name for name in (*handled[place + 1 :], "issued_by") if name != "submitted_by"]
        for name in later:
            same |= Q(**{name: F(earlier)})
    ended = Q(ended_by=F("ending_proposed_by")) | Q(
        unpaid_proposed_at__isnull=False, ended_by=F("unpaid_proposed_by")
    )
    accounts = PayeeAccount.objects.filter(
        Q(verified_by=F("first_checked_by")) | Q(verified_by=F("submitted_by"))
    )
    return [
        *(f"方案 {row.pk}“{row}”由同一人办理两个环节" for row in AllocationPlan.objects.filter(same)),
        *(f"拨付 {row.pk}“{row}”由同一人提出和复核终止" for row in Disbursement.objects.filter(ended)),
        *(f"账户 {row.pk}“{row}”由同一人办理两个环节" for row in accounts),
    ]


def _paid() -> QuerySet[Disbursement]:
    return Disbursement.objects.filter(state__in=PAID_STATES).order_by("pk")


@check("I5", "撤销、撤回认定之后没有列支，撤回之后、暂停期间没有拨付到企")
def nothing_moved_after_the_end() -> list[str]:
    over: list[tuple[str, QuerySet[Disbursement]]] = []
    for ended, words in (("revoked_at", "撤销"), ("withdrawn_at", "撤回")):
        path = f"award__recognition__{ended}"
        if ended == "withdrawn_at":
            over.append((f"认定{words}之后拨付到企", _paid().filter(**{f"{path}__lt": F("paid_at")})))
        live = Disbursement.objects.live().filter(**{f"{path}__lt": F("ordered_at")})
        over.append((f"认定{words}之后列支", live))
    stopped = _paid().filter(award__recognition__suspended_at__lt=F("paid_at"))
    over.append(("资格暂停期间拨付到企", stopped))
    return [f"拨付 {row.pk}“{row}”在{words}" for words, rows in over for row in rows]


@check("I5", "分配方案内部公示期满之前没有联合下达")
def nothing_was_issued_while_it_was_shown() -> list[str]:
    early = AllocationPlan.objects.filter(issued_on__lte=F("publicity_until"))
    return [f"方案 {row.pk}“{row}”在内部公示期满之前下达" for row in early]


@check("I5", "公示期内、异议处理期间没有列支和拨付")
def nothing_moved_while_it_was_contested() -> list[str]:
    application = {
        "subject_type": subject_type(Application),
        "subject_id": OuterRef("award__recognition__application"),
    }
    shown = PublicNoticeItem.objects.standing().filter(**application)
    contested = Objection.objects.handled().filter(
        item__in=PublicNoticeItem.objects.filter(
            subject_type=subject_type(Application),
            subject_id=OuterRef(OuterRef("award__recognition__application")),
        ).values("pk"),
        accepted_at__lt=OuterRef("ordered_at"),
    )
    live = Disbursement.objects.live().order_by("pk")
    return [
        *(f"拨付 {row.pk}“{row}”在认定公示期满之前列支" for row in live.filter(Exists(shown))),
        *(f"拨付 {row.pk}“{row}”在异议处理期间列支" for row in live.filter(Exists(contested))),
    ]
