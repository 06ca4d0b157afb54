"""A publicity of the demo that an outage cut short on its last day and that ends later; the record of being up."""

from datetime import date, datetime, time, timedelta

from institutes.models import Application, Call
from notices import services
from notices.models import PublicityExtension, PublicNoticeItem
from portal.demo.steps import ZONE
from portal.demo.world import World
from records import availability, calendar, clock


def first_day_of_publicity(call: Call, *, last: date) -> datetime:
    """The hour at which what is to be public until ``last`` is decided."""
    days, first = call.time_limit("publicity") or 1, last
    while calendar.last_day_counting_first(first, days) > last or not calendar.is_working_day(first):
        first -= timedelta(days=1)
    return datetime.combine(first, time(9, 30), ZONE)


def stay_up(begins: datetime, ends: datetime) -> None:
    """Proofs that the portal answered all that time."""
    while begins <= ends:
        availability.note_up(at=begins)
        begins += availability.SILENCE


def extend_a_publicity(application: Application, world: World, *, today: date) -> None:
    """Down for two hours on the last afternoon: offered, written by the clerk, published by the approver. Since then
    the portal was up, but for a short while in the night."""
    last = PublicNoticeItem.objects.about(application).get().ends_on

    def at(hour: int, minute: int = 0) -> datetime:
        return datetime.combine(last, time(hour, minute), ZONE)

    stay_up(at(8), at(14))
    stay_up(at(16, 6), at(16, 30))
    with clock.at(at(16, 30)):
        services.offer_publicity_extensions()
    later_day = PublicityExtension.objects.get()
    with clock.at(at(16, 50)):
        services.take_up_publicity_extension(
            later_day=later_day,
            ends_to=calendar.add_working_days(today, 2),
            reason=later_day.reason,
            by=world["bureau_clerk"],
        )
    with clock.at(at(17, 20)):
        services.publish_publicity_extension(later_day=later_day, by=world["bureau_approver"])
    now = clock.database_now()
    stay_up(at(16, 33), now - timedelta(minutes=400))
    stay_up(now - timedelta(minutes=375), now)
