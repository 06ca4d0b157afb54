"""What the tests of clawbacks lean on: the steps of a case, taken by their people."""

from decimal import Decimal
from uuid import uuid4

from funding import selectors, services
from funding.integrity.hands import hands_were_authorised
from funding.models import Budget, LedgerPosting
from records import clock, integrity
from tests.factories.funding import (
    GRANT,
    a_budget,
    a_disbursement,
    a_scan,
    an_approved_award,
    an_award,
    load_terms,
)
from tests.factories.institutes import RecognitionFactory, a_user

CLERK, APPROVER, FINANCE, OTHER = "claw-clerk", "claw-approver", "claw-finance", "claw-finance2"
FACTS = "示例事实：设备费转入关联单位账户。"
UNIT = "the-ent-admin"


def a_paid_award():
    load_terms()
    award = a_disbursement("receipted").award
    award.refresh_from_db()
    return award


def suspected(award=None, ground="misuse"):
    return services.suspect_clawback(
        award=award or a_paid_award(), ground=ground, facts=FACTS, by=a_user(CLERK)
    )


def proposed(award=None, amount=GRANT):
    case = suspected(award)
    services.investigate_clawback(clawback=case, by=a_user(CLERK))
    return services.propose_clawback(
        clawback=case, ground="misuse", facts=FACTS, amount=amount, by=a_user(CLERK)
    )


def notified(award=None, amount=GRANT):
    return services.notify_of_clawback(clawback=proposed(award, amount), by=a_user(APPROVER))


def heard(award=None, amount=GRANT):
    case = notified(award, amount)
    return services.state_on_clawback(clawback=case, statement="示例：请求减免。", by=a_user(UNIT))


def decide(case, amount=GRANT, **changes):
    terms = {
        "amount": amount,
        "minute_number": "示例纪要〔2026〕9号",
        "decision": "陈述不予采纳。",
        "key": uuid4(),
        "by": a_user(APPROVER),
    }
    return services.decide_clawback(clawback=case, **terms | changes)


def decided(award=None, amount=GRANT):
    return decide(heard(award, amount), amount)


def served(award=None, amount=GRANT):
    case = decided(award, amount)
    return services.serve_clawback(
        clawback=case, served_on=clock.today(), proof=a_scan("served.pdf"), by=a_user(CLERK)
    )


def report(case, amount, **changes):
    terms = {
        "amount": Decimal(amount),
        "paid_on": clock.today(),
        "bank_reference": f"示例回单{uuid4().hex[:8]}",
        "voucher": a_scan(f"{uuid4().hex[:6]}.pdf"),
        "key": uuid4(),
        "by": a_user(UNIT),
    }
    return services.report_repayment(clawback=case, **terms | changes)


def repay(case, amount):
    """A part, reported by the unit and confirmed by finance."""
    part = report(case, amount)
    services.confirm_repayment(repayment=part, key=uuid4(), by=a_user(FINANCE))
    case.refresh_from_db()
    return part


def closed(case):
    services.sign_closing(clawback=case, note="全额退还。", by=a_user(APPROVER))
    return services.close_clawback(clawback=case, key=uuid4(), by=a_user(FINANCE))


def another_paid_award():
    """Paid like the other, of an institute of its own."""
    budget = Budget.objects.first() or a_budget()
    award = a_disbursement("receipted", an_approved_award(budget, RecognitionFactory())).award
    award.refresh_from_db()
    return award


def account(name: str) -> Decimal:
    """What stands in an account of the ledger, over all budgets."""
    return sum((row.amount for row in LedgerPosting.objects.filter(account=name)), Decimal(0))


def no_findings() -> None:
    """The invariants of money hold, but for the roles of these people: they hold none."""
    mine = [one for one in integrity.run() if one[0].findings.__module__.startswith("funding")]
    mine = [one for one in mine if one[0].findings is not hands_were_authorised]
    assert [(one.words, found) for one, found in mine if found] == []


def another_award_of(case):
    """An award of the same unit, whose account is verified already: it waits for its approval."""
    award = an_award(RecognitionFactory(institute__host=case.host, institute__division=case.division))
    held = selectors.verified_account_of(case.host)
    return services.confirm_award(award=award, account=held, by=a_user(UNIT))


def approve(award):
    budget = Budget.objects.get()
    return services.approve_award(award=award, budget=budget, key=uuid4(), by=a_user("the-approver"))
