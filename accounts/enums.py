"""Closed lists of the room: kinds of divisions and organisations, states of what is confirmed here."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DivisionKind(TextChoices):
    DISTRICT = "district", _("区")
    COUNTY = "county", _("县")
    CITY = "city", _("县级市")
    ZONE = "zone", _("功能区")


class CodeSource(TextChoices):
    """Which table a division's code is taken from: the zones are not in the national standard."""

    GB2260 = "gb2260", _("GB/T 2260")
    STATISTICS = "statistics", _("统计用区划代码")


class OrganisationKind(TextChoices):
    ENTERPRISE = "enterprise", _("企业")
    UNIVERSITY = "university", _("高等院校")
    INSTITUTE = "institute", _("科研院所")
    COUNTY_GOVERNMENT = "county_government", _("县级科技管理部门")
    COUNTY_FINANCE = "county_finance", _("县级财政部门")
    BUREAU = "bureau", _("市科技局")
    FINANCE = "finance", _("市财政局")
    TAX = "tax", _("市税务局")
    AGENCY = "agency", _("第三方机构")
    EXPERT_POOL = "expert_pool", _("评审专家库")


UNIT_KINDS = (OrganisationKind.ENTERPRISE, OrganisationKind.UNIVERSITY, OrganisationKind.INSTITUTE)
"""Kinds that stand outside the administration: they register themselves and act for themselves."""
COUNTY_KINDS = (OrganisationKind.COUNTY_GOVERNMENT, OrganisationKind.COUNTY_FINANCE)


class OrganisationState(TextChoices):
    PENDING = "pending", _("待确认")
    CONFIRMED = "confirmed", _("已确认")
    REFUSED = "refused", _("未通过")


class MembershipState(TextChoices):
    PROPOSED = "proposed", _("待批准")
    ACTIVE = "active", _("有效")
    REFUSED = "refused", _("未批准")
    ENDED = "ended", _("已终止")


class VisitEnd(TextChoices):
    """Why somebody is no longer signed in, in words for them."""

    IDLE = "idle", _("您较长时间没有操作，为保护账户已自动退出，请重新登录。")
    LONG = "long", _("单次登录已达最长时间，请重新登录。")
    ELSEWHERE = "elsewhere", _("您的账户已在另一处登录，此处的登录已退出。如非本人操作，请尽快修改密码。")
    SELF = "self", _("您在另一处结束了此处的登录。")
    OFFICER = "officer", _("安全管理员结束了此处的登录，请重新登录；如有疑问，请联系安全管理员。")


class LetterKind(TextChoices):
    INVITATION = "invitation", _("邀请")
    PASSWORD_RESET = "password_reset", _("找回密码")
    SECOND_FACTOR_RESET = "second_factor_reset", _("两步登录已重置")
