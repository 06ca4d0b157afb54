"""Group robots: registered, changed, switched and tried by whoever looks after an office; they speak once a day."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import Organisation, User
from notices.channels.robots import fault_of
from notices.enums import BulletinKind, Channel
from notices.models import Bulletin, Delivery, Robot
from notices.selectors import bulletins
from notices.selectors.bulletins import hours_of_robots
from notices.services.telling import ring
from records import audit, calendar, clock
from records.errors import Conflict, Reason
from records.lifecycle import lock

TOLD = ("messenger", "name", "hour", "tells_overdue", "tells_due", "tells_arrived")


@transaction.atomic
def register_robot(
    *,
    organisation: Organisation,
    messenger: str,
    name: str,
    address: str,
    secret: str = "",
    hour: int,
    tells_overdue: bool,
    tells_due: bool,
    tells_arrived: bool,
    by: User,
    at: datetime | None = None,
) -> Robot:
    """Let a robot speak in the group of an organisation that this person looks after.

    Only addresses of the messengers that the portal may call are taken; every reason against it is named at once.
    """
    at = at or clock.now()
    lock(organisation)
    robot = Robot(
        organisation=organisation,
        messenger=messenger,
        name=name.strip(),
        address=address.strip(),
        secret=secret.strip(),
        hour=hour,
        tells_overdue=tells_overdue,
        tells_due=tells_due,
        tells_arrived=tells_arrived,
        registered_at=at,
        registered_by=by,
    )
    Conflict.unless_empty([*_against_place(robot, by), *_against(robot)])
    robot.save()
    audit.record("notices.robot.register", robot, by=by, at=at, organisation=organisation.pk, **_said(robot))
    return robot


@transaction.atomic
def change_robot(*, robot: Robot, by: User, at: datetime | None = None, **facts: Any) -> Robot:
    """Change what it says and when, or its address: an address or secret that is left empty stays."""
    lock(robot)
    before = _said(robot)
    for name, value in facts.items():
        if value != "" or name not in ("address", "secret"):
            setattr(robot, name, value.strip() if isinstance(value, str) else value)
    Conflict.unless_empty(_against(robot))
    robot.save(update_fields=list(facts))
    moved = bool(facts.get("address") or facts.get("secret"))
    audit.record(
        "notices.robot.change", robot, by=by, at=at, before=before, after=_said(robot), address=moved
    )
    return robot


def _said(robot: Robot) -> dict[str, Any]:
    return {name: getattr(robot, name) for name in TOLD}


def _against_place(robot: Robot, by: User) -> list[Reason]:
    if bulletins.robots_managed_by(by).filter(pk=robot.organisation_id).exists():
        return []
    return [Reason("您不能为该单位登记群机器人。", field="organisation")]


def _against(robot: Robot) -> list[Reason]:
    found = []
    if fault := fault_of(robot.messenger, robot.address):
        found.append(Reason(fault, field="address"))
    if robot.organisation.robots.exclude(pk=robot.pk).filter(name=robot.name).exists():
        found.append(Reason(f"该单位已有名为“{robot.name}”的群机器人。", field="name"))
    first, last = hours_of_robots(on=clock.today())
    if not first <= robot.hour <= last:
        found.append(Reason(f"发送时间须在 {first}:00 至 {last}:00 之间。", field="hour"))
    if not (robot.tells_overdue or robot.tells_due or robot.tells_arrived):
        found.append(Reason("至少选择一类消息。", field="tells_overdue"))
    return found


@transaction.atomic
def switch_robot(*, robot: Robot, on: bool, by: User, at: datetime | None = None) -> Robot:
    """Switch it on or off; what waits for one that is off is not said any more."""
    lock(robot)
    if robot.is_on == on:
        raise Conflict("该群机器人已经启用。" if on else "该群机器人已经停用。")
    robot.is_on = on
    robot.save(update_fields=["is_on"])
    audit.record("notices.robot.switch_on" if on else "notices.robot.switch_off", robot, by=by, at=at)
    return robot


@transaction.atomic
def try_robot(*, robot: Robot, by: User, at: datetime | None = None) -> Bulletin:
    """Let it say that it works; what became of it stands on its page."""
    at = at or clock.now()
    lock(robot)
    if not robot.is_on:
        raise Conflict("该群机器人已经停用，请先启用。")
    words = {"title": "测试消息", "body": "收到这条消息，说明群机器人可以使用。"}
    bulletin = Bulletin.objects.create(
        robot=robot, kind=BulletinKind.TEST, day=timezone.localdate(at), created_at=at, created_by=by, **words
    )
    audit.record("notices.robot.try", robot, by=by, at=at)
    _enqueue(bulletin)
    return bulletin


def post_bulletins() -> int:
    """Let every robot whose hour has come say the sums of the day, once, on working days; returns how many spoke."""
    at = clock.now()
    local = timezone.localtime(at)
    if not calendar.is_working_day(local.date()):
        return 0
    due = list(bulletins.robots_to_speak(on=local.date(), hour=local.hour))
    return sum(_post(robot, at) for robot in due)


@transaction.atomic
def _post(robot: Robot, at: datetime) -> bool:
    """The day's sums of one robot; a day with nothing to say is noted and says nothing."""
    lock(robot)
    day = timezone.localdate(at)
    if not robot.is_on or robot.bulletins.filter(kind=BulletinKind.DAILY, day=day).exists():
        return False
    last = robot.bulletins.filter(kind=BulletinKind.DAILY).aggregate(at=Max("created_at"))["at"]
    lines = bulletins.sums_of(robot, on=day, since=last or at - timedelta(days=1))
    bulletin = Bulletin.objects.create(
        robot=robot,
        kind=BulletinKind.DAILY,
        day=day,
        title=f"{robot.organisation.name[:60]} {day.month}月{day.day}日待办汇总",
        body="\n".join(lines),
        created_at=at,
    )
    if lines:
        _enqueue(bulletin)
    return bool(lines)


def _enqueue(bulletin: Bulletin) -> None:
    Delivery.objects.create(bulletin=bulletin, channel=Channel.ROBOT, next_try_at=bulletin.created_at)
    ring()
