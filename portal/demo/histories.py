"""What experts of the demo had to do with others, when they are away, and why one was suspended."""

from datetime import timedelta

from evaluation import services
from evaluation.models import Expert
from portal.demo.experts import EXPERTS, LATE
from portal.demo.steps import Days
from portal.demo.world import World
from records import clock


def give_histories(world: World, days: Days) -> None:
    """What some of them had to do with others, when they are away, and why one was suspended."""
    found = {expert.user.name: expert for expert in Expert.objects.select_related("user")}
    with clock.at(days.ago(220)):
        for name, kind, whom, years in (
            ("示例评审乙", "employment", "示例第三代半导体公司", 2),
            ("示例评审丁", "advice", "石家庄市示例海纳医药股份有限公司", 1),
            ("示例评审庚", "project", "石家庄市示例众合阀门股份有限公司", 2),
            ("示例评审癸", "shares", "石家庄市示例天成食品股份有限公司", 1),
        ):
            expert = found[name]
            services.declare_tie(
                expert=expert,
                kind=kind,
                whom=whom,
                since=clock.today() - timedelta(days=365 * years),
                note="本人申报",
                by=expert.user,
            )
    away = found[EXPERTS[LATE][0]]
    with clock.at(days.ago(45)):
        services.enter_absence(
            expert=away,
            first_day=days.ago(40).date(),
            last_day=days.today + timedelta(days=40),
            note="出国访问",
            by=away.user,
        )
    reason = "未按承诺保管评审材料，经核实暂停参加抽取一年。"
    with clock.at(days.ago(30)):
        services.suspend_expert(expert=found["示例评审酉"], reason=reason, by=world["bureau_approver"])
