"""Group robots: a real server on this machine stands for the messenger, and apprise speaks to it through the gate."""

import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from zoneinfo import ZoneInfo

import pytest

from accounts.roles import Role
from notices import policy, services
from notices.channels import robots
from notices.models import Bulletin, Delivery, Robot
from records import clock
from records.errors import Conflict
from records.models import AuditEvent
from tests.factories.accounts import OrganisationFactory, person
from tests.factories.notices import RobotFactory
from tests.factories.records import DeadlineFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]
SHANGHAI = ZoneInfo("Asia/Shanghai")
NINE = datetime(2026, 11, 24, 9, 2, tzinfo=SHANGHAI)  # a Tuesday
PATHS = {
    "wecom": "/cgi-bin/webhook/send?key={key}",
    "dingtalk": "/robot/send?access_token={key}",
    "feishu": "/open-apis/bot/v2/hook/{key}",
}
KEY = "0123456789abcdef0123"


class Group(BaseHTTPRequestHandler):
    """What a messenger does with a message."""

    status, answer, heard, location = 200, b'{"errcode": 0, "code": 0}', [], ""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Group.heard.append((self.path, json.loads(body)))
        self.send_response(Group.status)
        if Group.location:
            self.send_header("Location", Group.location)
        self.send_header("Content-Length", str(len(Group.answer)))
        self.end_headers()
        self.wfile.write(Group.answer)

    def do_GET(self):
        Group.heard.append((self.path, None))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    found = ThreadingHTTPServer(("127.0.0.1", 0), Group)
    Thread(target=found.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://127.0.0.1:{found.server_port}"
    found.shutdown()
    found.server_close()


@pytest.fixture
def messenger(server, settings):
    """The messengers live on this machine, by the setting."""
    Group.status, Group.answer, Group.heard, Group.location = 200, b'{"errcode": 0, "code": 0}', [], ""
    settings.MESSENGERS = dict.fromkeys(PATHS, server)
    return server


def robot_at(server, kind="wecom", **given):
    return RobotFactory(messenger=kind, address=server + PATHS[kind].format(key=KEY), **given)


def speak(at=NINE):
    """How many robots had something to say, and how many messages went out."""
    with clock.at(at):
        return services.post_bulletins(), services.deliver_pending()


def late(organisation, label="待审核", **given):
    return DeadlineFactory(
        label=label,
        holder_role=given.pop("holder_role", Role.BUREAU_CLERK),
        opened_at=NINE - timedelta(days=20),
        due_on=given.pop("due_on", NINE.date() - timedelta(days=1)),
        **given,
    )


def outcome():
    row = Delivery.objects.get()
    return row.status, row.attempts, row.last_error


# --- what is said ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", PATHS)
def test_a_robot_says_the_sums_of_the_day_once_and_names_no_case(messenger, kind):
    robot = robot_at(messenger, kind)
    for label in ("待审核", "待审核", "待审定"):
        late(robot.organisation, label)
    late(robot.organisation, due_on=NINE.date())

    assert [speak(), speak(), speak(NINE + timedelta(hours=1))] == [(1, 1), (0, 0), (0, 0)]

    ((path, body),) = Group.heard
    text = body["text"]["content"] if "text" in body else body["content"]["text"]
    assert KEY in path
    assert text.splitlines() == [
        f"【产研院平台】{robot.organisation.name} 11月24日待办汇总",
        "已逾期 3 件：待审核 2 件、待审定 1 件",
        "今天到期 1 件：待审核 1 件",
        "查看：http://127.0.0.1:8000/",
    ]
    assert outcome() == ("sent", 1, "")


def test_what_is_new_is_counted_from_the_last_time(messenger):
    robot = robot_at(messenger, tells_overdue=False, tells_due=False)
    DeadlineFactory(label="待审核", opened_at=NINE - timedelta(hours=2))
    speak()
    DeadlineFactory(label="待审定", opened_at=NINE + timedelta(hours=2))

    assert speak(NINE + timedelta(days=1)) == (1, 1)
    assert robot.bulletins.first().body == "新到 1 件：待审定 1 件"


def test_a_day_with_nothing_to_say_and_a_day_off_are_silent(messenger):
    robot_at(messenger)
    saturday = NINE + timedelta(days=4)

    assert [speak(), speak(saturday)] == [(0, 0), (0, 0)]
    assert (Bulletin.objects.count(), Group.heard) == (1, [])


def test_a_robot_waits_for_its_hour(messenger):
    late(robot_at(messenger, hour=14).organisation)

    assert [speak(), speak(NINE.replace(hour=14))] == [(0, 0), (1, 1)]


def test_each_counts_what_lies_within_its_reach_and_nothing_of_experts(messenger):
    county = OrganisationFactory(kind="county_government", division__code="130102")
    agency, other = OrganisationFactory(kind="agency"), OrganisationFactory(kind="agency")
    unit = OrganisationFactory()
    for organisation in (county, agency, unit):
        robot_at(messenger, organisation=organisation)
    elsewhere = OrganisationFactory(division__code="130104")
    late(county, "待县级审核", holder_role=Role.COUNTY_STAFF, division=county.division)
    late(county, "别处", holder_role=Role.COUNTY_STAFF, division=elsewhere.division)
    late(agency, "待评审", holder_role=Role.AGENCY, holder_organisation=agency)
    late(agency, "别家", holder_role=Role.AGENCY, holder_organisation=other)
    late(unit, "待补正", holder_role=Role.ENT_FILLER, host=unit)
    late(unit, "待评分", holder_role=Role.EXPERT, holder_user=person(Role.EXPERT))

    assert speak() == (3, 3)
    said = set(Bulletin.objects.values_list("body", flat=True))
    assert said == {f"已逾期 1 件：{label} 1 件" for label in ("待县级审核", "待评审", "待补正")}


# --- what goes wrong ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "answer", "reason"),
    [
        (500, b"", "对方返回 500"),
        (200, b'{"errcode": 93000, "errmsg": "invalid webhook url"}', "对方拒收（代码 93000）"),
        (200, b"<html>", "对方拒收（代码 无法识别的应答）"),
    ],
)
def test_what_is_not_taken_is_tried_again_and_given_up_for_a_reason(messenger, status, answer, reason):
    late(robot_at(messenger).organisation)
    Group.status, Group.answer = status, answer

    assert speak() == (1, 0)
    assert outcome() == ("waiting", 1, f"Undelivered: {reason}")
    Delivery.objects.update(attempts=policy.ATTEMPTS - 1, next_try_at=NINE)
    assert speak(NINE + timedelta(minutes=5)) == (0, 0)

    assert outcome() == ("failed", policy.ATTEMPTS, f"Undelivered: {reason}")


def test_a_group_that_answers_nothing_leaves_neither_key_nor_address_in_log_or_outbox(messenger, caplog):
    late(robot_at(messenger).organisation)
    Robot.objects.update(address=messenger + PATHS["wecom"].format(key=KEY))
    Group.answer = b'{"errcode": 93000, "errmsg": "key 0123456789abcdef0123 is wrong"}'

    with caplog.at_level(logging.DEBUG):
        speak()

    assert KEY not in Delivery.objects.get().last_error
    assert KEY not in "".join(one.getMessage() for one in caplog.records if one.levelno >= logging.INFO)


def test_a_summary_of_yesterday_and_one_of_a_silenced_robot_are_not_said_any_more(messenger):
    robot = robot_at(messenger)
    late(robot.organisation)
    with clock.at(NINE):
        services.post_bulletins()
    with clock.at(NINE + timedelta(days=1)):
        services.deliver_pending()
    assert outcome() == ("dropped", 1, "已过当日")

    Delivery.objects.update(status="waiting", last_error="", next_try_at=NINE)
    services.switch_robot(robot=robot, on=False, by=person(Role.SECADMIN))
    with clock.at(NINE):
        services.deliver_pending()
    assert (outcome()[2], Group.heard) == ("群机器人已停用", [])


# --- where it may go ------------------------------------------------------------------------------------------------

GOOD = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123456789abcdef"


@pytest.mark.parametrize(
    "address",
    [
        "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123456789abcdef",
        "https://qyapi.weixin.qq.com:8443/cgi-bin/webhook/send?key=0123456789abcdef",
        "https://qyapi.weixin.qq.com.evil.example/cgi-bin/webhook/send?key=0123456789abcdef",
        "https://qyapi.weixin.qq.com@evil.example/cgi-bin/webhook/send?key=0123456789abcdef",
        "https://user@qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123456789abcdef",
        "https://evil.example/cgi-bin/webhook/send?key=0123456789abcdef",
        "https://127.0.0.1/cgi-bin/webhook/send?key=0123456789abcdef",
        "https://169.254.169.254/latest/meta-data/",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/../../admin?key=0123456789abcdef",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=../../x/../y",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send",
        "https://oapi.dingtalk.com/robot/send?access_token=0123456789abcdef",
        "file:///etc/passwd",
        "https://[::1",
        "",
    ],
)
def test_only_the_robots_of_the_messenger_are_called(address):
    assert robots.fault_of("wecom", address) == robots.WRONG_ADDRESS
    assert robots.fault_of("wecom", GOOD) == ""


def test_a_messenger_that_is_switched_off_is_not_called(settings):
    settings.MESSENGERS = settings.MESSENGERS | {"wecom": ""}

    assert robots.fault_of("wecom", GOOD) == robots.WRONG_ADDRESS
    assert robots.fault_of("nobody", GOOD) == robots.WRONG_ADDRESS


def test_an_address_that_the_setting_no_longer_allows_is_not_called(messenger, settings):
    late(robot_at(messenger).organisation)
    settings.MESSENGERS = settings.MESSENGERS | {"wecom": "https://qyapi.weixin.qq.com"}

    assert speak() == (1, 0)
    assert (outcome()[2], Group.heard) == (f"Undelivered: {robots.WRONG_ADDRESS}", [])


def test_nobody_is_followed_elsewhere(messenger):
    late(robot_at(messenger).organisation)
    Group.status, Group.location = 307, f"{messenger}/inside"

    assert speak() == (1, 0)
    assert outcome()[2] == "Undelivered: 对方要求转到别处，未予跟随"
    assert len(Group.heard) == 1


@pytest.mark.parametrize("found", ["127.0.0.1", "10.0.0.8", "169.254.169.254", "::1", "fd00::1%eth0"])
def test_a_name_that_leads_inside_is_not_called(messenger, settings, monkeypatch, found):
    """Whoever answers for the name of the messenger may be wrong, or bought."""
    settings.MESSENGERS = settings.MESSENGERS | {"wecom": "https://qyapi.weixin.qq.com"}
    late(RobotFactory(address=GOOD).organisation)
    monkeypatch.setattr("socket.getaddrinfo", lambda *_: [(None, None, None, "", (found, 443))])

    assert speak() == (1, 0)
    assert outcome()[2] == "Undelivered: 地址指向内部网络"


def test_apprise_itself_calls_nothing_but_through_the_gate(messenger):
    late(robot_at(messenger).organisation)
    speak()

    with pytest.raises(Exception, match="不在允许之列"):
        robots.post("http://127.0.0.1:1/cgi-bin/webhook/send?key=x", data="{}")


# --- who looks after them -------------------------------------------------------------------------------------------

FACTS = {
    "messenger": "wecom",
    "name": "示例工作群",
    "address": GOOD,
    "hour": "9",
    "tells_overdue": "on",
    "tells_due": "on",
}


@pytest.fixture
def guard(client):
    user = person(Role.SECADMIN)
    client.force_login(user)
    return user


def test_a_robot_is_registered_and_its_key_is_neither_stored_in_clear_nor_shown(client, guard):
    office = OrganisationFactory(kind="county_government")

    page = client.post("/robots/new/", FACTS | {"organisation": office.pk}, follow=True).text

    robot = Robot.objects.get()
    assert (robot.organisation, robot.address, robot.tells_arrived) == (office, GOOD, False)
    assert "…****cdef" in page
    assert "0123456789abcdef" not in page
    line = AuditEvent.objects.get(verb="notices.robot.register")
    assert (line.actor, line.data["name"]) == (guard, "示例工作群")
    assert "0123456789abcdef" not in json.dumps(line.data)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"address": "https://evil.example/x"}, robots.WRONG_ADDRESS),
        ({"tells_overdue": "", "tells_due": ""}, "至少选择一类消息。"),
    ],
)
def test_what_is_wrong_with_a_robot_is_said(client, guard, change, words):
    office = OrganisationFactory(kind="bureau")

    answer = client.post("/robots/new/", FACTS | {"organisation": office.pk} | change)

    assert (answer.status_code, words in answer.text) == (409, True)
    assert not Robot.objects.exists()


def test_a_robot_speaks_in_the_hours_of_the_office_and_no_other_is_offered(client, guard):
    office = OrganisationFactory(kind="bureau")

    page = client.get("/robots/new/").text
    answer = client.post("/robots/new/", FACTS | {"organisation": office.pk, "hour": "23"})

    assert ("08:00" in page, "18:00" in page, "07:00" in page, "19:00" in page) == (True, True, False, False)
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"hour"})
    with pytest.raises(Conflict, match="发送时间须在 8:00 至 18:00 之间"):
        services.change_robot(robot=RobotFactory(), hour=23, by=guard)


def test_a_robot_is_changed_switched_off_and_on_and_the_register_says_by_whom(client, guard):
    robot = RobotFactory(name="旧名")
    page = robot.get_absolute_url()

    client.post(page, FACTS | {"address": "", "name": "新名", "hour": "10"})
    client.post(f"{page}switch/")
    client.post(f"{page}switch/", {"on": "1"})

    robot.refresh_from_db()
    assert (robot.name, robot.hour, robot.is_on, robot.address[-4:]) == ("新名", 10, True, "cdef")
    verbs = AuditEvent.objects.filter(actor=guard, verb__startswith="notices.robot").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == [
        "notices.robot.change",
        "notices.robot.switch_off",
        "notices.robot.switch_on",
    ]
    with pytest.raises(Conflict, match="已经启用"):
        services.switch_robot(robot=robot, on=True, by=guard)


def test_a_test_message_goes_by_the_outbox_and_its_fate_stands_on_the_page(client, guard, messenger):
    robot = robot_at(messenger)

    client.post(f"{robot.get_absolute_url()}try/")
    assert (services.deliver_pending(), len(Group.heard)) == (1, 1)

    assert "测试消息" in client.get(robot.get_absolute_url()).text
    assert "已发送" in client.get(robot.get_absolute_url()).text


@pytest.mark.parametrize("role", [Role.BUREAU_CLERK, Role.SYSADMIN, Role.COUNTY_LEAD])
def test_others_see_none_of_it(client, role):
    robot = RobotFactory()
    client.force_login(person(role))

    found = [client.get("/robots/"), client.get("/robots/new/"), client.get(robot.get_absolute_url())]
    assert [answer.status_code for answer in found] == [403, 403, 404]


def test_a_units_administrator_looks_after_the_units_own_robots_alone(client):
    admin = person(Role.ENT_ADMIN)
    mine, other = RobotFactory(organisation=admin.organisations[0]), RobotFactory()
    client.force_login(admin)

    assert list(client.get("/robots/").context["robots"]) == [mine]
    assert client.post(f"{other.get_absolute_url()}try/").status_code == 404
    assert client.post("/robots/new/", FACTS | {"organisation": other.organisation.pk}).status_code == 422
    with pytest.raises(Conflict, match="不能为该单位登记"):
        services.register_robot(
            organisation=other.organisation,
            messenger="wecom",
            name="x",
            address=GOOD,
            hour=9,
            tells_overdue=True,
            tells_due=True,
            tells_arrived=True,
            by=admin,
        )
