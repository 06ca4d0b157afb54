"""What stands on the papers of the room, as plain data. Account numbers are masked on every paper."""

from decimal import Decimal

from django.utils import timezone

from funding import selectors
from funding.enums import Programme
from funding.models import AllocationPlan
from funding.selectors import APPROVAL_FORM, ISSUE_NOTICE
from records import audit
from records.amounts import in_capitals


def approval_form(plan: AllocationPlan) -> dict:
    """资金拨付审批表: every award with its unit and masked account, the sum in capitals, three signatures."""
    return {
        "kind": APPROVAL_FORM,
        "title": f"{plan.budget.get_programme_display()}拨付审批表",
        "number": plan.document_number or "",
        "template": "funding/print/approval_form.html",
        "context": _plan_context(plan) | {"signatures": _signatures(plan)},
    }


def issue_notice(plan: AllocationPlan) -> dict:
    """下达通知, the public copy: summary by county, list of units, annex of performance targets."""
    return {
        "kind": ISSUE_NOTICE,
        "title": f"关于下达{_money(plan)}的通知",
        "number": plan.document_number or "",
        "template": "funding/print/issue_notice.html",
        "context": _plan_context(plan) | {"money": _money(plan), "heading": _heading(_money(plan))},
        "public": True,
    }


def _money(plan: AllocationPlan) -> str:
    """What is issued, by the plan's title: the money, not the plan."""
    for word in ("分配方案", "拨付方案", "拨付计划", "方案"):
        if word in plan.title:
            return plan.title.replace(word, "", 1)
    return plan.title


def _heading(money: str) -> list[str]:
    """The notice's title in the parts between which a line may end, so that no word is torn apart."""
    place, found, rest = money.rpartition("研究院")
    return [f"关于下达{place}{found}", f"{rest}的通知"] if place else [f"关于下达{money}", "的通知"]


def _plan_context(plan: AllocationPlan) -> dict:
    items = selectors.items_of(plan)
    total = sum((item.amount for item in items), Decimal(0))
    counties = [_county(group) for group in selectors.county_summary(items)]
    return {
        "plan": plan.title,
        "plan_number": plan.number,
        "document_number": plan.document_number or "",
        "year": plan.year,
        "budget": str(plan.budget),
        "budget_item": plan.budget.item,
        "total": f"{total:,.2f}",
        "total_in_capitals": in_capitals(total),
        "count": len(items),
        "institutes": len({item.award.institute_id for item in items}),
        "issued_on": plan.issued_on.isoformat() if plan.issued_on else "",
        "issued_on_words": _day(plan.issued_on),
        "citations": sorted({item.award.citation for item in items if item.award.citation}),
        "policy": items[0].award.rule.source if items else "",
        "is_joint": plan.budget.programme == Programme.JOINT_RESEARCH,
        "fund": plan.budget.get_programme_display(),
        "counties": counties,
        "rows": [row | {"county": county["name"]} for county in counties for row in county["rows"]],
        "targets": plan.targets,
        "integrity_checked_on": _day(plan.integrity_checked_on),
        "review_opinion": plan.review_opinion,
    }


def _county(group: dict) -> dict:
    return {
        "name": group["division"].name,
        "count": group["count"],
        "amount": f"{group['amount']:,.2f}",
        "direct": group["division"].direct_pay,
        "rows": [
            {
                "award_number": item.award.number or "",
                "institute": (item.award.project or item.award.institute).__str__(),
                "unit": item.award.host.name,
                "kind": item.award.get_kind_display(),
                "citation": item.award.citation,
                "bank": f"{item.award.account.bank}{item.award.account.branch}" if item.award.account else "",
                "account": item.award.account.number_masked if item.award.account else "",
                "amount": f"{item.amount:,.2f}",
                "capitals": in_capitals(item.amount),
            }
            for item in group["items"]
        ],
    }


def _signatures(plan: AllocationPlan) -> list[dict]:
    """Who agreed, when, with which opinion: by the register, as the paper has no drawn seal."""
    opinions = {event.verb.rpartition(".")[2]: event.reason for event in audit.history(plan)}
    signed = (
        ("市科技局经办", plan.submitted_by, plan.submitted_at, "拟同意，请审核。"),
        ("市财政局审核", plan.reviewed_by, plan.reviewed_at, opinions.get("review", "")),
        ("市科技局会签", plan.cosigned_by, plan.cosigned_at, "同意。"),
    )
    return [
        {"role": role, "name": person.name if person else "", "on": _day(at), "opinion": opinion}
        for role, person, at, opinion in signed
    ]


def _day(moment) -> str:
    if moment is None:
        return ""
    local = timezone.localdate(moment) if hasattr(moment, "hour") else moment
    return f"{local.year}年{local.month}月{local.day}日"
