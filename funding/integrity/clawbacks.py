"""Invariants of money that is claimed back. A finding is an alarm, never a repair."""

from datetime import timedelta

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from funding import policy
from funding.enums import Account, EntryKind, RepaymentState
from funding.integrity import NOTHING, _differing, _sum_of
from funding.models import Award, Clawback, Disbursement, LedgerEntry, LedgerPosting, Repayment
from funding.selectors.clawbacks import awards_of_ended_projects, unspent_of
from projects.enums.running import ENDED_EARLY, ProjectState
from records import clock
from records.integrity import check

PATIENCE = timedelta(days=1)
"""Within it the clock has opened what is to be opened."""


@check("I1", "追回：应收、已收与台账一致，决定和退还各有一笔分录")
def claims_agree_with_the_ledger() -> list[str]:
    postings = LedgerPosting.objects.all()
    rows = Clawback.objects.decided().annotate(
        claimed=F("amount") + F("interest"),
        entered=_sum_of(LedgerEntry.objects.filter(kind=EntryKind.CLAIM), "clawback"),
        came=_sum_of(postings.filter(account=Account.RECOVERED), "entry__clawback"),
        open=_sum_of(postings.filter(account=Account.RECEIVABLE), "entry__clawback"),
        rest=F("amount") + F("interest") - F("repaid") - F("written_off"),
        told=_sum_of(Repayment.objects.filter(state=RepaymentState.CONFIRMED), "clawback"),
    )
    found = _differing(rows.exclude(claimed=F("entered")), "claimed", "entered", "决定追回分录")
    found += _differing(rows.exclude(repaid=F("came")), "repaid", "came", "台账已收退还")
    found += _differing(rows.exclude(rest=F("open")), "rest", "open", "台账应收退还")
    return found + _differing(rows.exclude(repaid=F("told")), "repaid", "told", "各次退还合计")


@check("I3", "追回金额不超过已拨付，各件合计等于资金上的记载")
def claims_are_within_what_was_paid() -> list[str]:
    awards = Award.objects.select_related("institute").annotate(
        claims=_sum_of(Clawback.objects.decided(), "award")
    )
    over = awards.filter(Q(claims__gt=F("paid")) | Q(claimed__gt=F("paid")))
    found = [f"资金 {award.pk}“{award}”的追回金额超过已拨付" for award in over]
    return found + _differing(awards.exclude(claimed=F("claims")), "claimed", "claims", "各件追回合计")


@check("I4", "追回：退还由两人登记和确认，决定与提出不同，结案由两家签署")
def clawbacks_have_two_hands() -> list[str]:
    parts = Repayment.objects.filter(confirmed_by=F("reported_by")).select_related("clawback")
    cases = Clawback.objects.filter(
        Q(decided_by=F("proposed_by")) | Q(noticed_by=F("proposed_by")) | Q(closed_by=F("signed_by"))
    ).select_related("institute")
    return [
        *(f"退还 {row.pk}“{row}”由同一人登记和确认" for row in parts),
        *(f"追回 {row.pk}“{row}”由同一人办理两个环节" for row in cases),
    ]


@check("I2", "追回：台账应收与已收之和等于追回决定之和")
def claims_add_up() -> list[str]:
    accounts = (Account.CLAIMS, Account.RECEIVABLE, Account.RECOVERED)
    total = LedgerPosting.objects.filter(account__in=accounts).aggregate(
        rest=Coalesce(Sum("amount"), NOTHING)
    )
    return [] if total["rest"] == NOTHING else [f"追回各账户合计应为零，现为 {total['rest']}"]


@check("I24", "提前结束的联合攻关项目，已拨付而未认定的结余都有追回案件")
def balances_of_ended_projects_are_claimed() -> list[str]:
    rows = awards_of_ended_projects().filter(project__ended_at__lt=clock.now() - PATIENCE)
    return [
        f"资金 {award.pk}“{award}”：项目已提前结束，结余 {left} 元没有追回案件"
        for award in rows
        if (left := unspent_of(award))
    ]


@check("I24", "提前结束的联合攻关项目不再下达资金，未结题的项目不到后续期次")
def ended_projects_get_nothing_more() -> list[str]:
    orders = Disbursement.objects.filter(
        award__project__state__in=ENDED_EARLY, ordered_at__gt=F("award__project__ended_at")
    ).select_related("award__project", "award__institute")
    early = (
        Award.objects.filter(project__isnull=False, payable=F("amount"))
        .exclude(project__state=ProjectState.ACCEPTED)
        .select_related("project", "institute")
    )
    return [
        *(f"拨付 {row.pk}“{row}”：项目提前结束后下达" for row in orders),
        *(f"资金 {row.pk}“{row}”：项目未结题，全部期次已可拨付" for row in early if _waits(row)),
    ]


def _waits(award: Award) -> bool:
    """Whether an instalment of it asks for the final acceptance."""
    return any(one["due"] == policy.ACCEPTANCE for one in award.terms["instalments"])
