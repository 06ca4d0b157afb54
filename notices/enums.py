"""Closed lists of the room: channels and their outcomes, kinds of public notice, the states of an objection."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Channel(TextChoices):
    """Ways to reach people outside the portal; inside it, the notice itself is the message."""

    EMAIL = "email", _("电子邮件")
    SMS = "sms", _("短信")
    ROBOT = "robot", _("群机器人")


class Messenger(TextChoices):
    """Office messengers whose group robots the portal speaks through."""

    WECOM = "wecom", _("企业微信")
    DINGTALK = "dingtalk", _("钉钉")
    FEISHU = "feishu", _("飞书")


class BulletinKind(TextChoices):
    """What a group robot says: the sums of a day, or that it works."""

    DAILY = "daily", _("待办汇总")
    TEST = "test", _("测试消息")


class MailChoice(TextChoices):
    """How a person wants what is mailed to them."""

    AT_ONCE = "at_once", _("随时发送")
    DAILY = "daily", _("每天汇总成一封")
    NEVER = "never", _("不发邮件，只在平台内查看")


class DeliveryStatus(TextChoices):
    WAITING = "waiting", _("待发送")
    SENDING = "sending", _("发送中")
    SENT = "sent", _("已发送")
    FAILED = "failed", _("发送失败")
    DROPPED = "dropped", _("无需发送")


class PublicNoticeKind(TextChoices):
    RECOGNITION = "recognition", _("认定公示")
    EVALUATION = "evaluation", _("绩效评价公示")
    PROJECT = "project", _("联合攻关专项公示")
    REVOCATION = "revocation", _("撤销公示")


class ExtensionState(TextChoices):
    """How far a later end is, of a call or of a publicity: offered, drafted by one, published by another."""

    OFFERED = "offered", _("建议延期")
    DRAFT = "draft", _("延期待发布")
    PUBLISHED = "published", _("已延期")
    DISCARDED = "discarded", _("不予延期")


class ItemStatus(TextChoices):
    """How an item of a public notice stands on a day: read from its columns, never stored."""

    RUNNING = "running", _("公示中")
    PAUSED = "paused", _("异议处理中，公示期中止")
    ENDED = "ended", _("公示期满")
    CONCLUDED = "concluded", _("公示结束")
    CORRECTED = "corrected", _("已更正，重新公示")
    WITHDRAWN = "withdrawn", _("已撤下")


class ObjectorKind(TextChoices):
    PERSON = "person", _("个人")
    UNIT = "unit", _("单位")


class IdKind(TextChoices):
    RESIDENT = "resident", _("居民身份证")
    PASSPORT = "passport", _("护照")
    USCC = "uscc", _("统一社会信用代码")


class ObjectionState(TextChoices):
    RECEIVED = "received", _("待受理审查")
    AWAITING_ORIGINAL = "awaiting_original", _("待补交原件")
    ACCEPTED = "accepted", _("已受理，查核中")
    NOT_ACCEPTED = "not_accepted", _("不予受理")
    PROPOSED = "proposed", _("待审定")
    DISMISSED = "dismissed", _("异议不成立")
    PARTLY_UPHELD = "partly_upheld", _("异议部分成立")
    UPHELD = "upheld", _("异议成立")


class InquiryState(TextChoices):
    ASKED = "asked", _("待单位说明")
    ANSWERED = "answered", _("单位已说明")
    LAPSED = "lapsed", _("单位未说明")


class Finding(TextChoices):
    DISMISS = "dismiss", _("异议不成立")
    PARTLY = "partly", _("异议部分成立")
    UPHOLD = "uphold", _("异议成立")
