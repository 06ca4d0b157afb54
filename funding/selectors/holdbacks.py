"""Money that waits because a year of the institute was graded as a failure (I-18), and money that need not any more."""

from collections.abc import Iterable
from datetime import date

from django.db.models import F, Q, QuerySet

from accounts.services import system_user
from evaluation.selectors.assessments import barred_institutes, last_failure
from funding.enums import AwardState
from funding.models import Award
from records.errors import Reason

_UNAPPROVED = (AwardState.ENTITLED, AwardState.ACCOUNT_CHECK, AwardState.PENDING_APPROVAL)


def awards_to_hold_back(on: date) -> QuerySet[Award]:
    """Under way and not paid in full, of institutes whose last published grade is a failure."""
    unpaid = Q(state__in=_UNAPPROVED) | Q(state=AwardState.APPROVED, paid__lt=F("amount") - F("freed"))
    return Award.objects.filter(unpaid, institute__in=barred_institutes(on)).order_by("pk")


def awards_to_release(on: date) -> QuerySet[Award]:
    """Held back by the system, of institutes that have been graded better since; what officers stopped is theirs."""
    held = Award.objects.filter(state=AwardState.SUSPENDED, suspended_by=system_user())
    return held.exclude(institute__in=barred_institutes(on)).order_by("pk")


def failures_against(awards: Iterable[Award], on: date) -> list[Reason]:
    """Why money of these may not go on though the sweep has not stopped it yet: a failure was published meanwhile.

    What waits for a better grade of its institute goes on by that grade alone. One look for all of them.
    """
    barred = barred_institutes(on)
    waiting = [award for award in awards if award.institute_id in barred]
    return [
        Reason(
            f"“{award}”：{grade_against(award, on)}，待下一次考核合格或者基本合格公布后自动恢复。",
            clause="五(一)",
        )
        for award in waiting
    ]


def grade_against(award: Award, on: date) -> str:
    """Which failure keeps this award from going on, in words; empty where none does."""
    failure = last_failure(award.institute_id, on)
    if failure is None or failure.published_in is None:
        return ""
    return f"该研究院{failure.year}年度考核不合格（{failure.published_in.number}），未拨付的资金暂缓"
