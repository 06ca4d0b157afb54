"""What is checked, kept, refused or given up about money, for eight people who press at the same moment."""

from funding import services
from funding.models import AllocationPlan, BudgetAdjustment, Disbursement, PayeeAccount
from tests.factories.accounts import OrganisationFactory
from tests.factories.funding import GRANT, PayeeAccountFactory, a_proposed_adjustment
from tests.faults.world import World, person
from tests.funding.races import CLERK, Press, Race, approved, to_withdraw


def verify(_world: World) -> Press:
    host = OrganisationFactory()
    account = PayeeAccountFactory(organisation=host, state="first_checked")
    return lambda by, **_: services.verify_account(account=PayeeAccount.objects.get(pk=account.pk), by=by)


def keep(world: World) -> Press:
    pk = to_withdraw(world).pk
    return lambda by, n, **_: services.keep_disbursement(
        disbursement=Disbursement.objects.get(pk=pk), reason=f"示例{n}", by=by
    )


def reject(world: World) -> Press:
    pk = a_proposed_adjustment(world.budget, "raise", GRANT).pk
    return lambda by, n, **_: services.reject_adjustment(
        adjustment=BudgetAdjustment.objects.get(pk=pk), reason=f"示例{n}", by=by
    )


def discard(world: World) -> Press:
    plan = services.draft_plan(budget=world.budget, title="示例", awards=[approved(world)], by=person(CLERK))
    return lambda by, n, **_: services.discard_plan(
        plan=AllocationPlan.objects.get(pk=plan.pk), reason=f"示例{n}", by=by
    )


GIVEN_UP = {
    "verify_account": Race(verify, keyed=False),
    "keep_disbursement": Race(keep, keyed=False),
    "reject_adjustment": Race(reject, keyed=False),
    "discard_plan": Race(discard, keyed=False),
}
