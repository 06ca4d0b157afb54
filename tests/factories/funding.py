"""Budgets, accounts, awards, plans, disbursements for tests: lawful rows; every name is plainly invented."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from factory.django import DjangoModelFactory

from accounts.roles import Role
from funding import services
from funding.enums import AwardState, EntryKind, PayeeState
from funding.models import (
    AllocationPlan,
    Award,
    BankLine,
    BankStatement,
    Budget,
    BudgetAdjustment,
    BudgetChange,
    Clawback,
    Command,
    CountyBudget,
    Disbursement,
    GrantEdition,
    LedgerEntry,
    LedgerPosting,
    PayeeAccount,
    PlanItem,
    Repayment,
)
from funding.models.clawback import (
    DECIDED_STATES,
    NOTIFIED_STATES,
    PROPOSED_STATES,
    SERVED_STATES,
)
from institutes.models import Recognition
from records import clock
from records.crypto import blind_index
from tests.factories import policy
from tests.factories.accounts import AccountEditionFactory, DivisionFactory, UserFactory, person, system_user
from tests.factories.institutes import RecognitionFactory, a_user

NUMBER = "6222021234567890123"
GRANT = Decimal("200000.00")
KINDS = ("construction", "performance", "provincial", "disbursement", "clawback")


def terms_of(kind: str) -> dict:
    return policy.edition_of("GrantEdition", kind).terms


class GrantEditionFactory(DjangoModelFactory):
    class Meta:
        model = GrantEdition
        django_get_or_create = ("kind", "valid_from")

    kind = "construction"
    valid_from = "2022-01-19"
    terms = factory.LazyAttribute(lambda row: terms_of(row.kind))
    citations = factory.LazyAttribute(lambda row: policy.edition_of("GrantEdition", row.kind).citations)
    source = "示例政策文件"
    digest = "0" * 64


def load_terms() -> None:
    """Every edition that paying out needs."""
    for kind in KINDS:
        GrantEditionFactory(kind=kind)
    AccountEditionFactory(kind="security")


def a_scan(name: str = "scan.pdf") -> SimpleUploadedFile:
    """A small PDF as somebody would upload it."""
    return SimpleUploadedFile(
        name, b"%PDF-1.4\n" + name.encode() + b"\n%%EOF", content_type="application/pdf"
    )


class BudgetFactory(DjangoModelFactory):
    """A budget without its documents; ``a_budget`` gives one that the ledger knows."""

    class Meta:
        model = Budget
        django_get_or_create = ("year", "programme")

    year = factory.LazyFunction(lambda: clock.today().year)
    programme = "institutes"
    item = "2060499 示例科目"
    total = Decimal("2000000.00")
    created_at = factory.LazyFunction(clock.now)
    created_by = factory.LazyFunction(lambda: a_user("the-finance"))


class BudgetChangeFactory(DjangoModelFactory):
    class Meta:
        model = BudgetChange

    budget = factory.SubFactory(BudgetFactory)
    adjustment = factory.SubFactory(
        "tests.factories.funding.BudgetAdjustmentFactory",
        budget=factory.SelfAttribute("..budget"),
        amount=factory.SelfAttribute("..amount"),
        document_number=factory.SelfAttribute("..document_number"),
        kind="appropriate",
        entered=True,
    )
    amount = Decimal("2000000.00")
    document_number = factory.Sequence(lambda n: f"示财预〔2026〕{n}号")
    key = factory.LazyFunction(uuid4)
    made_at = factory.LazyFunction(clock.now)
    made_by = factory.LazyFunction(lambda: a_user("the-reviewer"))


class BudgetAdjustmentFactory(DjangoModelFactory):
    """A proposal to raise a budget."""

    class Meta:
        model = BudgetAdjustment

    class Params:
        entered = factory.Trait(
            state="entered",
            entered_at=factory.LazyFunction(clock.now),
            entered_by=factory.LazyFunction(lambda: a_user("the-reviewer")),
        )

    kind = "raise"
    budget = factory.SubFactory(BudgetFactory)
    amount = Decimal("100000.00")
    document_number = factory.Sequence(lambda n: f"示财预调〔2026〕{n}号")
    key = factory.LazyFunction(uuid4)
    state_since = factory.LazyFunction(clock.now)
    proposed_at = factory.LazyFunction(clock.now)
    proposed_by = factory.LazyFunction(lambda: a_user("the-finance"))


class BankStatementFactory(DjangoModelFactory):
    """A statement that adds up, without its lines."""

    class Meta:
        model = BankStatement

    account = factory.LazyFunction(lambda: terms_of("disbursement")["bank"]["account"])
    since = factory.LazyFunction(lambda: clock.today().replace(day=1))
    until = factory.LazyFunction(clock.today)
    opening = Decimal("0.00")
    closing = Decimal("0.00")
    line_count = 0
    file_name = "statement.csv"
    sha256 = factory.LazyFunction(lambda: uuid4().hex * 2)
    imported_at = factory.LazyFunction(clock.now)
    imported_by = factory.LazyFunction(lambda: a_user("the-finance"))


class BankLineFactory(DjangoModelFactory):
    """A line that names no order of ours."""

    class Meta:
        model = BankLine

    statement = factory.SubFactory(BankStatementFactory)
    account = factory.LazyAttribute(lambda row: row.statement.account)
    row = factory.Sequence(lambda n: n + 3)
    serial = factory.Sequence(lambda n: f"示例流水{n:06d}")
    booked_on = factory.LazyFunction(clock.today)
    direction = "out"
    amount = Decimal("200000.00")
    payee = "示例科技有限公司"
    finding = "no_order"
    state_since = factory.LazyFunction(clock.now)


class CountyBudgetFactory(DjangoModelFactory):
    """What a county has set aside itself."""

    class Meta:
        model = CountyBudget
        django_get_or_create = ("division", "year")

    division = factory.SubFactory(DivisionFactory)
    year = factory.LazyFunction(lambda: clock.today().year)
    amount = Decimal("500000.00")
    document_number = "示县财〔2026〕1号"
    recorded_at = factory.LazyFunction(clock.now)
    recorded_by = factory.LazyFunction(lambda: a_user("the-county-fin"))


class CommandFactory(DjangoModelFactory):
    """A command that was carried out, about no case in particular."""

    class Meta:
        model = Command

    key = factory.LazyFunction(uuid4)
    name = "funding.award.approve"
    subject_id = 1
    terms = factory.LazyFunction(dict)
    done_at = factory.LazyFunction(clock.now)
    done_by = factory.LazyFunction(lambda: a_user("the-approver"))


class PayeeAccountFactory(DjangoModelFactory):
    """A verified account of an enterprise, unless told otherwise."""

    class Meta:
        model = PayeeAccount

    organisation = factory.SubFactory("tests.factories.accounts.OrganisationFactory")
    account_name = factory.LazyAttribute(lambda row: row.organisation.name)
    bank = "示例银行"
    branch = "石家庄示例支行"
    number = NUMBER
    number_index = factory.LazyAttribute(lambda row: blind_index(row.number))
    last4 = factory.LazyAttribute(lambda row: row.number[-4:])
    cnaps = "102121000012"
    state = PayeeState.VERIFIED
    state_since = factory.LazyFunction(clock.now)
    submitted_at = factory.LazyFunction(clock.now)
    submitted_by = factory.LazyFunction(lambda: a_user("the-ent-admin"))
    first_checked_by = factory.LazyAttribute(
        lambda row: (
            a_user("the-first-checker") if row.state in ("first_checked", "verified", "superseded") else None
        )
    )
    first_checked_at = factory.LazyAttribute(lambda row: row.submitted_at if row.first_checked_by else None)
    verified_by = factory.LazyAttribute(
        lambda row: a_user("the-verifier") if row.state in ("verified", "superseded") else None
    )
    verified_at = factory.LazyAttribute(lambda row: row.submitted_at if row.verified_by else None)
    rejected_by = factory.LazyAttribute(
        lambda row: a_user("the-verifier") if row.state == "rejected" else None
    )
    rejected_at = factory.LazyAttribute(lambda row: row.submitted_at if row.rejected_by else None)
    superseded_by = factory.LazyAttribute(
        lambda row: a_user("the-verifier") if row.state == "superseded" else None
    )
    superseded_at = factory.LazyAttribute(lambda row: row.submitted_at if row.superseded_by else None)


class AwardFactory(DjangoModelFactory):
    """An entitlement in any state, with the stamps that the state needs."""

    class Meta:
        model = Award

    class Params:
        confirmed = factory.LazyAttribute(
            lambda row: row.state in ("account_check", "pending_approval", "approved", "closed")
        )
        checked = factory.LazyAttribute(lambda row: row.state in ("pending_approval", "approved", "closed"))
        granted = factory.LazyAttribute(lambda row: row.state in ("approved", "closed"))

    key = factory.LazyFunction(uuid4)
    number = factory.Sequence(lambda n: f"SJZ-ZJ-TEST-{n:04d}")
    recognition = factory.SubFactory(RecognitionFactory)
    institute = factory.LazyAttribute(lambda row: row.recognition.institute)
    host = factory.LazyAttribute(lambda row: row.institute.host)
    division = factory.LazyAttribute(lambda row: row.institute.division)
    kind = "construction"
    edition = factory.SubFactory(GrantEditionFactory, kind=factory.SelfAttribute("..kind"))
    terms = factory.LazyAttribute(lambda row: row.edition.terms)
    citation = "四(三)"
    amount = factory.LazyAttribute(lambda row: Decimal(row.terms["grant"]["amount"]))
    payable = factory.SelfAttribute("amount")
    state = AwardState.ENTITLED
    state_since = factory.LazyFunction(clock.now)
    proposed_at = factory.LazyFunction(clock.now)
    proposed_by = factory.LazyFunction(system_user)
    account = factory.LazyAttribute(
        lambda row: (
            PayeeAccountFactory(organisation=row.host, state="verified" if row.checked else "submitted")
            if row.confirmed
            else None
        )
    )
    confirmed_by = factory.LazyAttribute(lambda row: a_user("the-ent-admin") if row.confirmed else None)
    confirmed_at = factory.LazyAttribute(lambda row: row.proposed_at if row.confirmed else None)
    account_first_checked_by = factory.LazyAttribute(
        lambda row: a_user("the-first-checker") if row.checked else None
    )
    account_verified_by = factory.LazyAttribute(lambda row: a_user("the-verifier") if row.checked else None)
    account_verified_at = factory.LazyAttribute(lambda row: row.proposed_at if row.checked else None)
    budget = factory.LazyAttribute(lambda row: BudgetFactory(committed=row.amount) if row.granted else None)
    approved_by = factory.LazyAttribute(lambda row: a_user("the-approver") if row.granted else None)
    approved_at = factory.LazyAttribute(lambda row: row.proposed_at if row.granted else None)
    suspended_by = factory.LazyAttribute(
        lambda row: a_user("the-approver") if row.state == "suspended" else None
    )
    suspended_at = factory.LazyAttribute(lambda row: row.proposed_at if row.suspended_by else None)
    ended_by = factory.LazyAttribute(
        lambda row: system_user() if row.state in ("closed", "waived", "lapsed") else None
    )
    ended_at = factory.LazyAttribute(lambda row: row.proposed_at if row.ended_by else None)
    ordered = factory.LazyAttribute(lambda row: row.amount if row.state == "closed" else Decimal(0))
    paid = factory.LazyAttribute(lambda row: row.ordered)


class AllocationPlanFactory(DjangoModelFactory):
    class Meta:
        model = AllocationPlan

    number = factory.Sequence(lambda n: f"SJZ-FA-TEST-{n:03d}")
    title = factory.Sequence(lambda n: f"示例拨付方案{n}")
    budget = factory.SubFactory(BudgetFactory)
    year = factory.LazyAttribute(lambda row: row.budget.year)
    state_since = factory.LazyFunction(clock.now)
    proposed_at = factory.LazyFunction(clock.now)
    proposed_by = factory.LazyFunction(lambda: a_user("the-clerk"))


class PlanItemFactory(DjangoModelFactory):
    class Meta:
        model = PlanItem

    plan = factory.SubFactory(AllocationPlanFactory)
    award = factory.SubFactory(AwardFactory)
    instalment = 1
    amount = factory.LazyAttribute(lambda row: row.award.amount)
    key = factory.LazyFunction(uuid4)


class DisbursementFactory(DjangoModelFactory):
    class Meta:
        model = Disbursement

    number = factory.Sequence(lambda n: f"SJZ-BF-TEST-{n:04d}")
    award = factory.SubFactory(AwardFactory, state="approved")
    plan = factory.SubFactory(AllocationPlanFactory, budget=factory.SelfAttribute("..award.budget"))
    account = factory.LazyAttribute(lambda row: row.award.account)
    host = factory.LazyAttribute(lambda row: row.award.host)
    division = factory.LazyAttribute(lambda row: row.award.division)
    instalment = 1
    amount = factory.LazyAttribute(lambda row: row.award.amount)
    key = factory.LazyFunction(uuid4)
    state_since = factory.LazyFunction(clock.now)
    ordered_at = factory.LazyFunction(clock.now)
    ordered_by = factory.LazyFunction(lambda: a_user("the-finance"))


class ClawbackFactory(DjangoModelFactory):
    """A case about an award that was paid in full; in any state, with the stamps that the state needs."""

    class Meta:
        model = Clawback

    number = factory.Sequence(lambda n: f"SJZ-ZHA-TEST-{n:04d}")
    award = factory.SubFactory(AwardFactory, state="closed")
    institute = factory.LazyAttribute(lambda row: row.award.institute)
    host = factory.LazyAttribute(lambda row: row.award.host)
    division = factory.LazyAttribute(lambda row: row.award.division)
    edition = factory.SubFactory(GrantEditionFactory, kind="clawback")
    ground = "misuse"
    facts = "示例事实：设备费转入关联单位账户，未用于研究院建设。"
    state = "suspected"
    state_since = factory.LazyFunction(clock.now)
    suspected_at = factory.LazyFunction(clock.now)
    suspected_by = factory.LazyFunction(lambda: a_user("the-clerk"))
    proposed_at = factory.LazyAttribute(
        lambda row: row.suspected_at if row.state in PROPOSED_STATES else None
    )
    proposed_by = factory.LazyAttribute(lambda row: a_user("the-clerk") if row.proposed_at else None)
    amount = factory.LazyAttribute(lambda row: Decimal("80000.00") if row.proposed_at else None)
    base = factory.LazyAttribute(lambda row: row.award.paid if row.proposed_at else None)
    noticed_at = factory.LazyAttribute(lambda row: row.suspected_at if row.state in NOTIFIED_STATES else None)
    noticed_by = factory.LazyAttribute(lambda row: a_user("the-approver") if row.noticed_at else None)
    statement_until = factory.LazyAttribute(
        lambda row: clock.today() + timedelta(days=7) if row.noticed_at else None
    )
    decided_at = factory.LazyAttribute(lambda row: row.suspected_at if row.state in DECIDED_STATES else None)
    decided_by = factory.LazyAttribute(lambda row: a_user("the-approver") if row.decided_at else None)
    minute_number = factory.LazyAttribute(lambda row: "示例纪要〔2026〕9号" if row.decided_at else "")
    decision = factory.LazyAttribute(lambda row: "示例决定理由。" if row.decided_at else "")
    served_at = factory.LazyAttribute(lambda row: row.suspected_at if row.state in SERVED_STATES else None)
    served_by = factory.LazyAttribute(lambda row: a_user("the-clerk") if row.served_at else None)
    served_on = factory.LazyAttribute(lambda row: clock.today() if row.served_at else None)
    repay_by = factory.LazyAttribute(
        lambda row: clock.today() + timedelta(days=30) if row.served_at else None
    )
    repaid = factory.LazyAttribute(
        lambda row: row.amount if row.state in ("repaid", "closing", "closed") else Decimal(0)
    )
    listed_at = factory.LazyAttribute(lambda row: row.suspected_at if row.state == "credit_listed" else None)
    listed_by = factory.LazyAttribute(lambda row: a_user("the-approver") if row.listed_at else None)
    listed_until = factory.LazyAttribute(
        lambda row: clock.today() + timedelta(days=365) if row.listed_at else None
    )
    enforced_at = factory.LazyAttribute(lambda row: row.suspected_at if row.state == "enforced" else None)
    enforced_by = factory.LazyAttribute(lambda row: a_user("the-approver") if row.enforced_at else None)
    signed_at = factory.LazyAttribute(
        lambda row: row.suspected_at if row.state in ("closing", "closed") else None
    )
    signed_by = factory.LazyAttribute(lambda row: a_user("the-approver") if row.signed_at else None)
    closed_at = factory.LazyAttribute(lambda row: row.suspected_at if row.state == "closed" else None)
    closed_by = factory.LazyAttribute(lambda row: a_user("the-finance") if row.closed_at else None)
    dropped_at = factory.LazyAttribute(lambda row: row.suspected_at if row.state == "not_founded" else None)
    dropped_by = factory.LazyAttribute(lambda row: a_user("the-approver") if row.dropped_at else None)
    drop_reason = factory.LazyAttribute(lambda row: "示例：查无实据。" if row.dropped_at else "")


class RepaymentFactory(DjangoModelFactory):
    """A part that was reported and waits to be checked."""

    class Meta:
        model = Repayment

    class Params:
        rejected = factory.Trait(
            state="rejected",
            rejected_at=factory.LazyFunction(clock.now),
            rejected_by=factory.LazyFunction(lambda: a_user("the-finance2")),
        )

    clawback = factory.SubFactory(ClawbackFactory, state="repay_due")
    host = factory.LazyAttribute(lambda row: row.clawback.host)
    division = factory.LazyAttribute(lambda row: row.clawback.division)
    amount = Decimal("30000.00")
    paid_on = factory.LazyFunction(clock.today)
    bank_reference = factory.Sequence(lambda n: f"示例退还回单{n:05d}")
    key = factory.LazyFunction(uuid4)
    state_since = factory.LazyFunction(clock.now)
    reported_at = factory.LazyFunction(clock.now)
    reported_by = factory.LazyFunction(lambda: a_user("the-ent-admin"))


class LedgerEntryFactory(DjangoModelFactory):
    """An entry with its two postings, as every entry has them."""

    class Meta:
        model = LedgerEntry
        skip_postgeneration_save = True

    kind = EntryKind.COMMIT
    award = factory.SubFactory(AwardFactory, state="approved")
    budget = factory.LazyAttribute(lambda row: row.award.budget)
    amount = factory.LazyAttribute(lambda row: row.award.amount)
    occurred_on = factory.LazyFunction(clock.today)
    posted_at = factory.LazyFunction(clock.now)
    posted_by = factory.LazyFunction(lambda: a_user("the-approver"))

    @factory.post_generation
    def postings(self, create, extracted, **kwargs):
        if create and extracted is not False:
            LedgerPostingFactory(entry=self, account="available", amount=-self.amount)
            LedgerPostingFactory(entry=self, account="committed", amount=self.amount)


class LedgerPostingFactory(DjangoModelFactory):
    class Meta:
        model = LedgerPosting

    entry = factory.SubFactory(LedgerEntryFactory, postings=False)
    account = "available"
    amount = Decimal("-1.00")


# --- walks through the services: what the ledger agrees with ---------------------------------------------------------


def a_budget(total: Decimal = Decimal("2000000.00"), *, year: int | None = None, **terms) -> Budget:
    """A budget by its document, proposed by one person and entered by another."""
    budget = a_budget_proposed(total, year=year, **terms)
    services.enter_adjustment(adjustment=budget.adjustments.get(), key=uuid4(), by=a_user("the-reviewer"))
    budget.refresh_from_db()
    return budget


def a_budget_proposed(total: Decimal = Decimal("2000000.00"), *, year: int | None = None, **terms) -> Budget:
    """A budget whose document waits for the second person."""
    load_terms()
    return services.create_budget(
        **{
            "year": year or clock.today().year,
            "programme": "institutes",
            "item": "2060499 示例科目",
            "amount": total,
            "document_number": f"示财预〔2026〕{uuid4().hex[:6]}号",
            "document": a_scan(f"{uuid4().hex[:8]}.pdf"),
            "key": uuid4(),
            "by": a_user("the-finance"),
        }
        | terms
    )


def a_proposed_adjustment(budget: Budget, kind: str, amount: Decimal, **terms) -> BudgetAdjustment:
    """A change of a budget that waits for the second person."""
    load_terms()
    return services.propose_adjustment(
        budget=budget,
        kind=kind,
        amount=amount,
        document_number=f"示财预调〔2026〕{uuid4().hex[:6]}号",
        key=uuid4(),
        **{"by": a_user("the-finance"), "document": a_scan(f"{uuid4().hex[:8]}.pdf")} | terms,
    )


def an_entered_adjustment(budget: Budget, kind: str, amount: Decimal, **terms) -> BudgetAdjustment:
    """A change of a budget, proposed by one person and entered by another."""
    adjustment = a_proposed_adjustment(budget, kind, amount, **terms)
    return services.enter_adjustment(adjustment=adjustment, key=uuid4(), by=a_user("the-reviewer"))


def an_award(recognition: Recognition | None = None) -> Award:
    """What the system proposes."""
    load_terms()
    return services.propose_award(recognition=recognition or RecognitionFactory())


def an_account(award: Award, *, number: str = NUMBER, verified: bool = True) -> PayeeAccount:
    """An account of the award's host, named and checked."""
    host = award.host
    account = services.submit_payee_account(
        organisation=host,
        account_name=host.name,
        bank="示例银行",
        branch="石家庄示例支行",
        number=number,
        cnaps="102121000012",
        proof=a_scan(f"{number}.pdf"),
        by=a_user("the-ent-admin"),
    )
    if verified:
        services.first_check_account(account=account, by=a_user("the-first-checker"))
        services.verify_account(account=account, by=a_user("the-verifier"))
    return account


def a_pending_award(recognition: Recognition | None = None) -> Award:
    """Confirmed, its account verified: what the approver meets."""
    award = an_award(recognition)
    return services.confirm_award(award=award, account=an_account(award), by=a_user("the-ent-admin"))


def an_approved_award(budget: Budget | None = None, recognition: Recognition | None = None) -> Award:
    award = a_pending_award(recognition)
    return services.approve_award(
        award=award, budget=budget or a_budget(), key=uuid4(), by=a_user("the-approver")
    )


def a_plan_ready(*awards: Award) -> AllocationPlan:
    """Drafted, reviewed and signed: only the issue is missing."""
    plan = services.draft_plan(
        budget=awards[0].budget, title="示例第一批", awards=awards, by=a_user("the-clerk")
    )
    services.submit_plan(plan=plan, integrity_checked_on=clock.today(), by=a_user("the-clerk"))
    services.review_plan(plan=plan, opinion="同意。", by=a_user("the-reviewer"))
    return services.cosign_plan(plan=plan, by=a_user("the-approver"))


def an_issued_plan(*awards: Award, document_number: str = "示财教〔2026〕1号") -> AllocationPlan:
    """Issued; its orders wait for the treasury."""
    plan = a_plan_ready(*awards)
    return services.issue_plan(
        plan=plan, document_number=document_number, key=uuid4(), by=a_user("the-finance")
    )


def a_disbursement(state: str = "issued", award: Award | None = None) -> Disbursement:
    """One instalment, walked through the services to ``state``."""
    award = award or an_approved_award()
    plan = an_issued_plan(award, document_number=f"示财教〔2026〕{uuid4().hex[:6]}号")
    if state != "ordered":
        services.export_plan(plan_id=plan.pk)
    disbursement = Disbursement.objects.select_related("award").get(plan=plan)
    by, today = a_user("the-county-fin"), clock.today()
    if state in ("county_received", "paid", "receipted"):
        services.county_receive(
            disbursement=disbursement,
            received_on=today,
            amount=disbursement.amount,
            slip=a_scan("arrival.pdf"),
            key=uuid4(),
            by=by,
        )
    if state in ("paid", "receipted"):
        services.pay_unit(
            disbursement=disbursement,
            paid_on=today,
            amount=disbursement.amount,
            bank_reference=f"示例回单{disbursement.pk}",
            voucher=a_scan("voucher.pdf"),
            key=uuid4(),
            by=by,
        )
    if state == "receipted":
        services.confirm_receipt(
            disbursement=disbursement,
            receipted_on=today,
            amount=disbursement.amount,
            receipt=a_scan("receipt.pdf"),
            by=a_user("the-ent-admin"),
        )
    return disbursement


def sent_back(order: Disbursement, reason: str = "账号有误", *, by: str = "the-reviewer") -> Disbursement:
    """The bank sent it back: the county tells, finance confirms."""
    services.propose_return(disbursement=order, reason=reason, by=a_user("the-county-fin"))
    return services.return_disbursement(disbursement=order, key=uuid4(), by=a_user(by))


def withdrawn(order: Disbursement, reason: str = "误", *, by: str = "the-reviewer") -> Disbursement:
    """Withdrawn before it left: one of finance proposes, another confirms."""
    services.propose_void(disbursement=order, reason=reason, by=a_user("the-finance"))
    return services.void_disbursement(disbursement=order, key=uuid4(), by=a_user(by))


def people_of(award: Award) -> dict[str, UserFactory]:
    """One person of every role within reach of ``award``, and some who are not."""
    home = award.division.code
    return {
        "ent_filler": person(Role.ENT_FILLER, organisation=award.host),
        "ent_admin": person(Role.ENT_ADMIN, organisation=award.host),
        **{
            role: person(role, division=home)
            for role in (Role.COUNTY_STAFF, Role.COUNTY_LEAD, Role.COUNTY_FIN)
        },
        **{role: person(role) for role in (Role.BUREAU_CLERK, Role.BUREAU_APPROVER, Role.FINANCE, Role.TAX)},
        **{
            role: person(role)
            for role in (Role.AGENCY, Role.EXPERT, Role.AUDITOR, Role.SYSADMIN, Role.SECADMIN)
        },
        "other_ent_admin": person(Role.ENT_ADMIN),
        "other_county_fin": person(Role.COUNTY_FIN, division="130104"),
        "nobody": UserFactory(),
        "system": system_user(),
    }


def days_ago(count: int):
    return clock.now() - timedelta(days=count)
