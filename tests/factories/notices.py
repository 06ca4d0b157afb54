"""Messages, public notices and objections for tests."""

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.services import system_user
from notices.enums import ExtensionState
from notices.models import (
    Bulletin,
    Delivery,
    Inquiry,
    Notice,
    Objection,
    Preference,
    PublicityExtension,
    PublicNotice,
    PublicNoticeItem,
    ReadingMark,
    ReminderEdition,
    Robot,
)
from records import calendar, clock
from tests.factories.accounts import OrganisationFactory, UserFactory

MONDAY = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
RESIDENT_ID = "130102199003070011"
TERMS = {
    "reminders": {
        "reminders": [
            {
                "code": "case",
                "kinds": ["state", "window"],
                "before": [5, 2, 0],
                "after": [1],
                "to": "holder",
                "mail": True,
                "sms": [0],
                "sms_roles": ["ent_admin"],
            },
            {
                "code": "stage",
                "kinds": ["stage"],
                "before": [10],
                "after": [],
                "to": "holder",
                "mail": False,
                "days_from": 60,
            },
            {
                "code": "overdue",
                "kinds": ["state"],
                "before": [],
                "after": [3, 10],
                "to": "superior",
                "mail": True,
            },
            {
                "code": "deputy",
                "kinds": ["state"],
                "before": [0],
                "after": [1],
                "to": "deputy",
                "mail": True,
            },
        ],
        "mail": {
            "gather_from": 3,
            "daily_first": 7,
            "daily_last": 18,
            "quiet_hours_max": 12,
            "legal": ["sample.decision"],
        },
        "sms": {"legal": True, "first": 8, "last": 21},
        "robots": {"first": 8, "last": 18},
        "superiors": [
            {"code": "ent_filler", "superior": "ent_admin"},
            {"code": "county_staff", "superior": "county_lead"},
            {"code": "bureau_clerk", "superior": "bureau_approver"},
        ],
    },
    "publicity": {
        "numbers": {"publicity": "SJZ-GS-{year}-{n:03d}"},
        "time_limits": {"publicity_extension_offer": 1, "publicity_extension": 1},
        "outage": {"minutes_max": 60, "extend_days": 1, "reopen_days": 5},
        "contact": {
            "office": "示例科室",
            "phone": "0311-00000000",
            "address": "示例路 1 号",
            "email": "notice@portal.example",
        },
    },
    "objections": {
        "time_limits": {"acceptance": 2, "finding": 10, "extension": 10, "original": 3, "answer": 5},
        "rules": {"extensions_max": 1},
        "numbers": {"objection": "SJZ-YY-{year}-{n:04d}", "letter": "SJZ-YH-{year}-{n:04d}"},
    },
    "open_data": {
        "catalogue": {
            "title": "示例市开放数据",
            "about": "示例市向社会开放的数据。",
            "publisher": "示例市科学技术局",
            "licence": "示例许可",
            "licence_url": "https://licence.example/by/",
            "identifier_space": "sample-city",
        },
    },
}


class ReminderEditionFactory(DjangoModelFactory):
    class Meta:
        model = ReminderEdition
        django_get_or_create = ("kind", "valid_from")

    kind = "reminders"
    valid_from = "2022-01-19"
    terms = factory.LazyAttribute(lambda row: TERMS[row.kind])
    source = "示例政策文件"
    digest = "0" * 64


def publish_rules() -> None:
    """Put the rules of the room in force."""
    for kind in TERMS:
        ReminderEditionFactory(kind=kind)


class NoticeFactory(DjangoModelFactory):
    class Meta:
        model = Notice

    class Params:
        subject = factory.SubFactory(OrganisationFactory)

    recipient = factory.SubFactory(UserFactory)
    event = "sample.event"
    occasion = factory.Sequence(str)
    subject_type = factory.LazyAttribute(lambda row: row.subject._meta.label_lower)
    subject_id = factory.LazyAttribute(lambda row: row.subject.pk)
    subject_label = factory.LazyAttribute(lambda row: str(row.subject))
    title = factory.Sequence(lambda n: f"示例消息{n}")
    body = "示例正文。"
    created_at = factory.LazyFunction(clock.now)


class DeliveryFactory(DjangoModelFactory):
    class Meta:
        model = Delivery

    notice = factory.SubFactory(NoticeFactory)
    channel = "email"
    next_try_at = factory.LazyFunction(lambda: timezone.now() - timedelta(minutes=1))


class PreferenceFactory(DjangoModelFactory):
    class Meta:
        model = Preference

    user = factory.SubFactory(UserFactory)


class ReadingMarkFactory(DjangoModelFactory):
    class Meta:
        model = ReadingMark

    reader = factory.Sequence(lambda n: f"sample.reader{n}")


class PublicNoticeFactory(DjangoModelFactory):
    """Posted now for five working days."""

    class Meta:
        model = PublicNotice

    number = factory.Sequence(lambda n: f"SJZ-GS-2026-{n:03d}")
    kind = "recognition"
    title = factory.Sequence(lambda n: f"关于示例产业技术研究院拟认定名单的公示（{n}）")
    basis = "依据示例办法。"
    objection_words = "匿名异议、逾期提出的异议不予受理。"
    contact_office = "示例科室"
    contact_phone = "0311-00000000"
    contact_address = "示例路 1 号"
    working_days = 5
    posted_at = factory.LazyFunction(clock.now)
    posted_by = factory.SubFactory(UserFactory)
    first_day = factory.LazyAttribute(lambda row: timezone.localdate(row.posted_at))
    first_last_day = factory.LazyAttribute(
        lambda row: calendar.last_day_counting_first(row.first_day, row.working_days)
    )
    last_day = factory.SelfAttribute("first_last_day")
    edition = factory.SubFactory(ReminderEditionFactory, kind="publicity")


class PublicityExtensionFactory(DjangoModelFactory):
    """Drafted and waiting, unless told otherwise."""

    class Meta:
        model = PublicityExtension

    class Params:
        offered = factory.Trait(
            state=ExtensionState.OFFERED,
            drafted_at=None,
            drafted_by=None,
            offered_at=factory.LazyFunction(clock.now),
            offered_by=factory.LazyFunction(system_user),
        )
        published = factory.Trait(
            state=ExtensionState.PUBLISHED,
            published_at=factory.LazyFunction(clock.now),
            published_by=factory.SubFactory(UserFactory),
        )
        discarded = factory.Trait(state=ExtensionState.DISCARDED)

    notice = factory.LazyFunction(lambda: PublicNoticeItemFactory().notice)
    ends_from = factory.LazyAttribute(lambda row: row.notice.last_day)
    ends_to = factory.LazyAttribute(lambda row: calendar.add_working_days(row.ends_from, 1))
    reason = "示例理由：网络故障影响提出异议。"
    outage_minutes = 75
    state = ExtensionState.DRAFT
    state_since = factory.LazyFunction(clock.now)
    drafted_at = factory.LazyFunction(clock.now)
    drafted_by = factory.SubFactory(UserFactory)


class PublicNoticeItemFactory(DjangoModelFactory):
    class Meta:
        model = PublicNoticeItem

    class Params:
        subject = factory.SubFactory(OrganisationFactory)

    notice = factory.SubFactory(PublicNoticeFactory)
    place = factory.Sequence(lambda n: n + 1)
    subject_type = factory.LazyAttribute(lambda row: row.subject._meta.label_lower)
    subject_id = factory.LazyAttribute(lambda row: row.subject.pk)
    subject_label = factory.LazyAttribute(lambda row: str(row.subject))
    name = factory.Sequence(lambda n: f"石家庄市示例产业技术研究院{n}")
    host_name = factory.LazyAttribute(lambda row: str(row.subject))
    co_builders = "示例大学\n示例上游企业"
    county = "长安区"
    host = factory.SelfAttribute("subject")
    division = factory.SelfAttribute("subject.division")
    ends_on = factory.SelfAttribute("notice.last_day")


class ObjectionFactory(DjangoModelFactory):
    """Received, by a person; other states with the stamps they need."""

    class Meta:
        model = Objection

    class Params:
        awaiting_original = factory.Trait(
            state="awaiting_original",
            original_asked_at=factory.LazyFunction(clock.now),
            original_asked_by=factory.SubFactory(UserFactory),
            original_wanted="请将异议书原件送至示例路 1 号。",
        )
        accepted = factory.Trait(
            state="accepted",
            accepted_at=factory.LazyFunction(clock.now),
            accepted_by=factory.SubFactory(UserFactory),
        )
        proposed = factory.Trait(
            accepted=True,
            state="proposed",
            proposed_at=factory.LazyFunction(clock.now),
            proposed_by=factory.SubFactory(UserFactory),
            finding="dismiss",
            reply="经查核，异议不成立。",
        )
        decided = factory.Trait(
            proposed=True,
            state="dismissed",
            decided_at=factory.LazyFunction(clock.now),
            decided_by=factory.SubFactory(UserFactory),
        )
        refused = factory.Trait(
            state="not_accepted",
            refused_at=factory.LazyFunction(clock.now),
            refused_by=factory.SubFactory(UserFactory),
            reply="所述与公示内容无关，不予受理。",
        )

    item = factory.SubFactory(PublicNoticeItemFactory)
    number = factory.Sequence(lambda n: f"SJZ-YY-2026-{n:04d}")
    key = factory.LazyFunction(uuid4)
    kind = "person"
    name = "示例异议人甲"
    phone = "13900005678"
    id_kind = "resident"
    id_number = RESIDENT_ID
    grounds = "申报材料所列设备并不在申报单位名下，附照片与登记信息为证。"
    edition = factory.SubFactory(ReminderEditionFactory, kind="objections")
    filed_at = factory.LazyFunction(clock.now)
    state_since = factory.SelfAttribute("filed_at")


class InquiryFactory(DjangoModelFactory):
    """Put to the unit, or ``answered`` by it."""

    class Meta:
        model = Inquiry

    class Params:
        answered = factory.Trait(
            state="answered",
            answer="所列设备均有购置合同和发票，见附件。",
            answered_at=factory.LazyFunction(clock.now),
            answered_by=factory.SubFactory(UserFactory),
        )

    objection = factory.SubFactory(ObjectionFactory, accepted=True)
    question = "请说明申报材料所列设备的权属。"
    asked_at = factory.LazyFunction(clock.now)
    asked_by = factory.SubFactory(UserFactory)
    state_since = factory.SelfAttribute("asked_at")


class RobotFactory(DjangoModelFactory):
    """A robot of 企业微信 in a group of the bureau."""

    class Meta:
        model = Robot

    organisation = factory.SubFactory(OrganisationFactory, kind="bureau")
    messenger = "wecom"
    name = factory.Sequence(lambda n: f"示例群{n}")
    address = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123456789abcdef"
    registered_at = factory.LazyFunction(clock.now)
    registered_by = factory.SubFactory(UserFactory)


class BulletinFactory(DjangoModelFactory):
    class Meta:
        model = Bulletin

    robot = factory.SubFactory(RobotFactory)
    kind = "daily"
    day = factory.LazyFunction(clock.today)
    title = "示例单位 待办汇总"
    body = "已逾期 1 件：待审核 1 件"
    created_at = factory.LazyFunction(clock.now)
