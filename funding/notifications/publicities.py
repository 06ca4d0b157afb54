"""Who hears that a plan is shown to the officers: the city's offices and its counties; finance, once it is over."""

from accounts.models import User
from accounts.roles import Role
from accounts.selectors import people_in_any
from funding.models import AllocationPlan
from notices.services.telling import tell
from records.deadlines import day_in_words
from records.models import AuditEvent

CITY = (Role.BUREAU_CLERK, Role.BUREAU_APPROVER, Role.FINANCE)
COUNTY = (Role.COUNTY_STAFF, Role.COUNTY_LEAD, Role.COUNTY_FIN)


def tell_of_publicity(plan: AllocationPlan, event: AuditEvent) -> None:
    """Tell the city's offices, and those of every county that the plan pays, until when it is shown."""
    people: dict[int, User] = {person.pk: person for person in people_in_any(CITY)}
    divisions = plan.items.standing().order_by().values_list("award__division_id", flat=True).distinct()
    for division in divisions:
        people |= {person.pk: person for person in people_in_any(COUNTY, division_id=division)}
    until = day_in_words(plan.publicity_until) if plan.publicity_until else ""
    tell(
        recipients=people.values(),
        event="funding.allocationplan.publicity",
        subject=plan,
        title=f"分配方案内部公示：{plan}",
        body=f"《{plan}》（{plan.number}）自今日起内部公示，至{until}24时。有意见的，请在期满前向市科技局或者市财政局提出；"
        "期满前不联合下达。",
        occasion=str(event.pk),
        at=event.at,
    )


def tell_that_it_is_over(plan: AllocationPlan, event: AuditEvent) -> None:
    """Tell finance that nothing stands against the joint issue any more."""
    tell(
        recipients=people_in_any((Role.FINANCE,)),
        event=event.verb,
        subject=plan,
        title=f"内部公示期满，可以联合下达：{plan}",
        body=f"《{plan}》（{plan.number}）内部公示已期满，请办理联合下达。",
        occasion=str(event.pk),
        at=event.at,
    )
