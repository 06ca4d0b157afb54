"""Awards: the list, the case, its moves."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.views.common import listed
from funding import permissions, selectors, services
from funding.desk import AWARD_DESK
from funding.forms import AwardFilter
from funding.lifecycle import AWARD, DISBURSEMENT
from funding.selectors import standing
from funding.selectors.clawbacks import clawbacks_visible_to
from funding.views.common import case_context, require, timeline
from records import downloads, exports
from records.desk import with_actors
from records.moves import answer_move

HEAD = [
    "编号",
    "研究院",
    "项目",
    "依托单位",
    "县（市、区）",
    "类别",
    "金额（元）",
    "已列支（元）",
    "已拨付（元）",
    "状态",
    "办理期限",
]


@require_safe
def award_list(request: HttpRequest) -> HttpResponse:
    require(permissions.may_list(request.user, "awards"))
    rows = selectors.awards_visible_to(request.user)
    may_propose = permissions.may_propose_awards(request.user)
    context = listed(request, rows, AwardFilter)
    shown = {
        "awaiting": selectors.awards_awaited() if may_propose else 0,
        "leg": request.GET.get("leg", ""),
        "sum": selectors.sum_of_awards(context["filter"].qs, request.GET.get("leg", "")),
    }
    return render(request, "funding/award_list.html", context | shown)


@require_POST
def award_propose(request: HttpRequest) -> HttpResponse:
    """What the clock does by itself, for whoever does not wait for it."""
    require(permissions.may_propose_awards(request.user))
    proposed = services.propose_awards(by=request.user)
    messages.success(request, _("已生成 {count} 项应享资金。").format(count=len(proposed)))
    return redirect("funding:award-list")


@downloads.table("awards", "奖补资金")
def award_export(request: HttpRequest) -> exports.Sheet:
    require(permissions.may_list(request.user, "awards"))
    rows = AwardFilter(request.GET, queryset=selectors.awards_visible_to(request.user), request=request).qs
    return exports.Sheet(HEAD, rows, _cells)


def _cells(award) -> list:
    return [
        award.number,
        award.institute,
        award.project or "",
        award.host,
        award.division,
        award.get_kind_display(),
        award.amount,
        award.ordered,
        award.paid,
        AWARD.label(award.state),
        award.due_on or "",
    ]


@require_safe
def award(request: HttpRequest, pk: int) -> HttpResponse:
    subject = get_object_or_404(selectors.awards_visible_to(request.user), pk=pk)
    offers = AWARD_DESK.offers(request.user, subject)
    return render(request, "funding/award.html", card_context(request, subject, offers))


@require_safe
def award_basis(request: HttpRequest, pk: int) -> HttpResponse:
    """From the clause to the last entry: on what the award rests, in one place."""
    subject = get_object_or_404(selectors.awards_visible_to(request.user), pk=pk)
    require(permissions.may_list(request.user, "ledger"))
    sees_bank = permissions.may_see_bank(request.user)
    shown = {
        "award": subject,
        "basis": selectors.basis_of(subject, sees_bank=sees_bank),
        "sees_bank": sees_bank,
        "events": timeline(
            with_actors(request.user, subject, selectors.money_history_of(subject)),
            {AWARD_DESK.subject_type: AWARD, "funding.disbursement": DISBURSEMENT},
            subject,
            AWARD_DESK,
        ),
    }
    return render(request, "funding/award_basis.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def award_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    return answer_move(request, AWARD_DESK, pk, action, card="funding/_award_card.html", context=card_context)


def card_context(request: HttpRequest, subject, offers: list) -> dict:
    """The case with all its money: instalments, and one timeline of the award and of what was paid."""
    context = case_context(request, AWARD_DESK, subject, offers)
    tables = {AWARD_DESK.subject_type: AWARD, "funding.disbursement": DISBURSEMENT}
    history = with_actors(request.user, subject, selectors.money_history_of(subject))
    return context | {
        "events": timeline(history, tables, subject, AWARD_DESK),
        "disbursements": selectors.disbursements_visible_to(request.user)
        .filter(award=subject)
        .order_by("pk"),
        "account": selectors.account_of(subject),
        "steps": _steps(subject),
        "clawback_years": _clawback_years(subject),
        "clawbacks": clawbacks_visible_to(request.user).filter(award=subject),
        "may_suspect": permissions.may_suspect(request.user),
        "is_unit": subject.host_id in request.user.reach.organisations,
        "sees_basis": permissions.may_list(request.user, "ledger"),
        "year": timezone.localdate(subject.proposed_at).year,
    }


def _clawback_years(award) -> int:
    """How far the edition looks back, where that reaches this award; nothing where it does not."""
    if not award.paid or award.recognition.revoked_at is None:
        return 0
    revoked = timezone.localdate(award.recognition.revoked_at)
    last_paid = standing.last_paid_on(award)
    return (
        standing.look_back_years(revoked) if standing.may_be_clawed_back(award.recognition, last_paid) else 0
    )


WAY = (
    ("entitled", "单位确认"),
    ("account_check", "账户核对"),
    ("pending_approval", "审批"),
    ("approved", "下达拨付"),
    ("closed", "办结"),
)


def _steps(award) -> list[dict]:
    """The way of an award, and where it stands; a side state stops it where it was."""
    order = [code for code, _label in WAY]
    if award.state in order:
        here = order.index(award.state)
        states = [
            "done" if n < here or award.state == "closed" else "now" if n == here else "next"
            for n in range(5)
        ]
    else:
        reached = (
            3 if award.approved_at else 2 if award.account_verified_at else 1 if award.confirmed_at else 0
        )
        states = ["done" if n < reached else "refused" if n == reached else "next" for n in range(5)]
    return [{"label": label, "state": state} for (_code, label), state in zip(WAY, states, strict=True)]
