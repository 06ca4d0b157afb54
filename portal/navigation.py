"""The menu, as data: what stands in it, where it leads, and for which roles.

An item whose page does not exist is left out, so that a room can be built after its place in the menu.
"""

from dataclasses import dataclass
from functools import cache

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.roles import ROLES, Role

UNIT = frozenset({Role.ENT_FILLER, Role.ENT_ADMIN})
COUNTY = frozenset({Role.COUNTY_STAFF, Role.COUNTY_LEAD})
BUREAU = frozenset({Role.BUREAU_CLERK, Role.BUREAU_APPROVER})
MONEY = frozenset({Role.FINANCE, Role.COUNTY_FIN})
ADMIN = frozenset({Role.SYSADMIN, Role.SECADMIN})
EVERYBODY = frozenset(Role)
OVERSIGHT = COUNTY | BUREAU | MONEY | {Role.AUDITOR}
"""Who oversees a county or the city: its dashboard, and whatever is under way there."""
RUNNING = ADMIN | BUREAU | {Role.AUDITOR}
"""Who reads the portal's own record of being up."""


def holding(power: str) -> frozenset[Role]:
    """The roles that carry a power."""
    return frozenset(role for role, spec in ROLES.items() if power in spec.powers)


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the menu. ``url_name`` is the name of a page that takes no arguments."""

    label: str | Promise
    url_name: str
    icon: str
    roles: frozenset[Role] = EVERYBODY


@dataclass(frozen=True, slots=True)
class Section:
    label: str | Promise
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """An item as it is shown: with its address, and whether the person stands there."""

    label: str | Promise
    url: str
    icon: str
    current: bool


MENU = (
    Section(
        _("我的工作"),
        (
            Item(_("工作台"), "home", "inbox"),
            Item(_("消息通知"), "notices:notice-list", "bell"),
            Item(_("期限日历"), "calendar", "calendar"),
            Item(_("运行看板"), "dashboard", "chart", OVERSIGHT),
            Item(_("在办事项"), "matters", "list", OVERSIGHT),
            Item(_("各县（市、区）"), "counties", "map", BUREAU | {Role.FINANCE, Role.AUDITOR}),
        ),
    ),
    Section(
        _("认定"),
        (
            Item(_("申报通知"), "institutes:call-list", "speaker", UNIT | COUNTY | BUREAU | {Role.AUDITOR}),
            Item(
                _("认定申报"),
                "institutes:application-list",
                "clipboard",
                UNIT | COUNTY | BUREAU | {Role.AGENCY, Role.AUDITOR},
            ),
            Item(_("县级推荐"), "institutes:recommendation-list", "send", COUNTY),
            Item(
                _("评审委托"), "evaluation:engagement-list", "clipboard", BUREAU | {Role.AGENCY, Role.AUDITOR}
            ),
            Item(_("培育库"), "institutes:cultivation-list", "database", COUNTY | BUREAU | {Role.AUDITOR}),
            Item(_("形式审查"), "institutes:formal-list", "check", BUREAU | {Role.AUDITOR}),
            Item(_("专家评审"), "evaluation:panel-list", "scale", BUREAU | {Role.AGENCY, Role.AUDITOR}),
            Item(
                _("现场考察"),
                "evaluation:site-visit-list",
                "map",
                BUREAU | COUNTY | UNIT | {Role.AGENCY, Role.EXPERT, Role.AUDITOR},
            ),
            Item(_("评审报告"), "evaluation:report-list", "file", BUREAU | {Role.AGENCY, Role.AUDITOR}),
            Item(_("我的评审"), "evaluation:assignment-list", "scale", frozenset({Role.EXPERT})),
            Item(_("专家库"), "evaluation:expert-list", "users", BUREAU | {Role.AGENCY, Role.AUDITOR}),
            Item(_("认定决定"), "institutes:decision-list", "award", BUREAU | {Role.AUDITOR}),
            Item(_("公示公告"), "notices:publicity-list", "file", BUREAU | {Role.AUDITOR}),
            Item(_("常见问题"), "institutes:question-list", "help", BUREAU | {Role.AUDITOR}),
            Item(_("异议处理"), "notices:objection-list", "alert", BUREAU),
            Item(
                _("县级配套政策"), "institutes:county-policy-list", "book", COUNTY | BUREAU | {Role.AUDITOR}
            ),
            Item(_("产业链图谱"), "institutes:chain-list", "map", COUNTY | BUREAU | {Role.AUDITOR}),
            Item(_("产业链全景"), "chain-picture", "map", EVERYBODY - ADMIN - {Role.EXPERT}),
            Item(
                _("图谱调整建议"), "institutes:chain-proposal-list", "edit", COUNTY | BUREAU | {Role.AUDITOR}
            ),
            Item(_("认定通知和证书"), "institutes:batch-list", "award", BUREAU | {Role.AUDITOR}),
        ),
    ),
    Section(
        _("研究院"),
        (
            Item(_("发展目标"), "targets", "chart", EVERYBODY - ADMIN - {Role.EXPERT}),
            Item(_("分布地图"), "map", "map", EVERYBODY - ADMIN - {Role.EXPERT}),
            Item(_("研究院"), "institutes:institute-list", "building", EVERYBODY - ADMIN - {Role.EXPERT}),
            Item(_("既有研究院登记"), "institutes:earlier-list", "database", BUREAU | {Role.AUDITOR}),
            Item(_("建设期"), "institutes:build-list", "chart", UNIT | COUNTY | BUREAU | {Role.AUDITOR}),
            Item(
                _("建设期验收"),
                "evaluation:acceptance-list",
                "check",
                UNIT | COUNTY | BUREAU | {Role.AGENCY, Role.AUDITOR},
            ),
            Item(
                _("年度考核"),
                "evaluation:assessment-list",
                "clipboard",
                UNIT | COUNTY | BUREAU | {Role.TAX, Role.FINANCE, Role.AUDITOR},
            ),
            Item(
                _("绩效评价"),
                "evaluation:evaluation-list",
                "scale",
                UNIT | COUNTY | BUREAU | {Role.FINANCE, Role.TAX, Role.AGENCY, Role.AUDITOR},
            ),
            Item(
                _("评价年度"),
                "evaluation:round-list",
                "clipboard",
                BUREAU | {Role.FINANCE, Role.TAX, Role.AUDITOR},
            ),
            Item(
                _("评估周期"),
                "evaluation:cycle-list",
                "calendar",
                UNIT | COUNTY | BUREAU | {Role.FINANCE, Role.TAX, Role.AUDITOR},
            ),
            Item(
                _("成果"),
                "institutes:achievement-list",
                "check",
                UNIT | COUNTY | BUREAU | {Role.FINANCE, Role.TAX, Role.AUDITOR},
            ),
            Item(
                _("开放服务"), "institutes:offering-list", "settings", UNIT | COUNTY | BUREAU | {Role.AUDITOR}
            ),
            Item(
                _("变更和退出"),
                "institutes:change-list",
                "edit",
                UNIT | COUNTY | BUREAU | {Role.AUDITOR},
            ),
            Item(
                _("省级申报"),
                "institutes:filing-list",
                "award",
                UNIT | COUNTY | BUREAU | {Role.AUDITOR},
            ),
            Item(
                _("暂停资格"),
                "institutes:suspension-list",
                "alert",
                UNIT | COUNTY | BUREAU | {Role.AUDITOR},
            ),
            Item(
                _("撤销认定"),
                "institutes:revocation-list",
                "close",
                UNIT | COUNTY | BUREAU | {Role.AUDITOR},
            ),
        ),
    ),
    Section(
        _("联合攻关专项"),
        (
            Item(
                _("专项概览"),
                "projects:project-overview",
                "chart",
                UNIT | COUNTY | BUREAU | {Role.FINANCE, Role.AUDITOR},
            ),
            Item(
                _("专项申报通知"),
                "projects:project-call-list",
                "speaker",
                UNIT | COUNTY | BUREAU | {Role.AUDITOR},
            ),
            Item(
                _("项目申报"),
                "projects:project-proposal-list",
                "clipboard",
                UNIT | COUNTY | BUREAU | {Role.AGENCY, Role.FINANCE, Role.AUDITOR},
            ),
            Item(
                _("项目实施"),
                "projects:approved-list",
                "hourglass",
                UNIT | COUNTY | BUREAU | {Role.FINANCE, Role.COUNTY_FIN, Role.AUDITOR},
            ),
            Item(
                _("项目变更"),
                "projects:project-change-list",
                "edit",
                UNIT | COUNTY | BUREAU | {Role.AUDITOR},
            ),
            Item(
                _("中期检查"),
                "projects:midterm-list",
                "clock",
                UNIT | COUNTY | BUREAU | {Role.AGENCY, Role.AUDITOR},
            ),
            Item(
                _("结题验收"),
                "projects:final-list",
                "check",
                UNIT | COUNTY | BUREAU | {Role.AGENCY, Role.FINANCE, Role.AUDITOR},
            ),
            Item(
                _("中止和终止"),
                "projects:ending-list",
                "scale",
                UNIT | COUNTY | BUREAU | {Role.FINANCE, Role.AUDITOR},
            ),
            Item(_("立项决定"), "projects:project-decision-list", "award", BUREAU | {Role.AUDITOR}),
        ),
    ),
    Section(
        _("资金"),
        (
            Item(
                _("奖补资金"), "funding:award-list", "coin", UNIT | BUREAU | MONEY | COUNTY | {Role.AUDITOR}
            ),
            Item(_("收款账户"), "funding:payee-list", "wallet", BUREAU | {Role.ENT_ADMIN, Role.AUDITOR}),
            Item(_("拨付计划"), "funding:plan-list", "list", BUREAU | {Role.FINANCE, Role.AUDITOR}),
            Item(
                _("分配方案公示"),
                "funding:plan-publicity-list",
                "list",
                BUREAU | MONEY | COUNTY | {Role.TAX, Role.AUDITOR},
            ),
            Item(
                _("资金拨付"), "funding:disbursement-list", "send", BUREAU | MONEY | COUNTY | {Role.AUDITOR}
            ),
            Item(
                _("资金追回"),
                "funding:clawback-list",
                "coin",
                UNIT | BUREAU | MONEY | COUNTY | {Role.AUDITOR},
            ),
            Item(_("预算"), "funding:budget-list", "bank", BUREAU | {Role.FINANCE, Role.AUDITOR}),
            Item(_("预算调整"), "funding:adjustment-list", "edit", BUREAU | {Role.FINANCE, Role.AUDITOR}),
            Item(
                _("县级预算"), "funding:county-budget-list", "bank", BUREAU | MONEY | COUNTY | {Role.AUDITOR}
            ),
            Item(_("银行对账"), "funding:statement-list", "check", {Role.FINANCE, Role.AUDITOR}),
            Item(_("台账"), "funding:ledger", "book", BUREAU | MONEY | {Role.COUNTY_LEAD, Role.AUDITOR}),
        ),
    ),
    Section(
        _("单位与监督"),
        (
            Item(_("本单位成员"), "accounts:member-list", "users", holding("accounts.manage_members")),
            Item(
                _("单位注册"),
                "accounts:registration-list",
                "shield",
                holding("accounts.confirm_organisation"),
            ),
            Item(_("单位名录"), "accounts:organisation-list", "building", holding("accounts.view_directory")),
            Item(_("用户与角色"), "accounts:user-list", "users", ADMIN),
            Item(_("授权审批"), "accounts:grant-list", "key", ADMIN),
            Item(_("锁定的登录"), "accounts:lockout-list", "lock", holding("accounts.unlock_logins")),
            Item(_("政策依据"), "policy", "book"),
            Item(_("办理时效"), "workload", "chart", COUNTY | BUREAU | {Role.AUDITOR}),
            Item(_("成员办理时效"), "workload-people", "chart", {Role.ENT_ADMIN}),
            Item(_("批量任务"), "records:job-list", "list", BUREAU | {Role.AUDITOR}),
            Item(_("后台任务"), "operations", "clock", holding("notices.manage_outbox")),
            Item(_("发送队列"), "notices:delivery-list", "send", holding("notices.manage_outbox")),
            Item(_("群机器人"), "notices:robot-list", "speaker", holding("notices.manage_robots")),
            Item(_("工作日历"), "days", "calendar", ADMIN | BUREAU),
            Item(_("平台运行记录"), "availability", "clock", RUNNING),
            Item(_("办理登记簿"), "register", "history", holding("records.view_register")),
        ),
    ),
)

PUBLIC_MENU = (
    Item(_("首页"), "home", "home"),
    Item(_("办事指南"), "guide", "clipboard"),
    Item(_("政策"), "policy", "book"),
    Item(_("政策计算"), "calculator", "coin"),
    Item(_("申报通知"), "institutes:call-list", "speaker"),
    Item(_("公示公告"), "notices:publicity-list", "file"),
    Item(_("研究院名录"), "directory", "building"),
    Item(_("开放服务"), "institutes:services", "settings"),
    Item(_("产业链图谱"), "institutes:chain-map", "map"),
    Item(_("文书核验"), "verify", "award"),
)
"""What a stranger comes for most often; the foot of the page leads to all of it."""
PUBLIC_FOOT = (
    Section(
        _("办事"),
        (
            Item(_("办事指南"), "guide", "clipboard"),
            Item(_("政策计算"), "calculator", "coin"),
            Item(_("常见问题"), "institutes:questions", "help"),
            Item(_("认定申报通知"), "institutes:call-list", "speaker"),
            Item(_("联合攻关专项申报通知"), "projects:project-call-list", "speaker"),
            Item(_("文书核验"), "verify", "award"),
        ),
    ),
    Section(
        _("政策"),
        (
            Item(_("政策全文"), "policy", "book"),
            Item(_("全部数值"), "policy-numbers", "list"),
            Item(_("历次版本"), "policy-versions", "history"),
            Item(_("县级配套政策"), "institutes:local-policies", "book"),
        ),
    ),
    Section(
        _("研究院"),
        (
            Item(_("研究院名录"), "directory", "building"),
            Item(_("变更和退出"), "directory-changes", "history"),
            Item(_("开放服务"), "institutes:services", "settings"),
            Item(_("产业链图谱"), "institutes:chain-map", "map"),
            Item(_("产业链全景"), "chain-picture", "map"),
            Item(_("分布地图"), "map", "map"),
        ),
    ),
    Section(
        _("公开"),
        (
            Item(_("公示公告"), "notices:publicity-list", "file"),
            Item(_("发展目标"), "targets", "chart"),
            Item(_("年度考核结果"), "evaluation:assessment-results", "clipboard"),
            Item(_("专家抽取"), "evaluation:draw-list", "scale"),
            Item(_("开放数据"), "open-data", "database"),
        ),
    ),
)


def is_open_to(url_name: str, roles: frozenset[str]) -> bool:
    """Whether one of these roles finds this page in the menu."""
    return any(item.url_name == url_name and roles & item.roles for section in MENU for item in section.items)


@cache
def address(url_name: str) -> str:
    """Where a page without arguments lives, or nothing while there is no such page."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def entries(items: tuple[Item, ...], *, path: str, roles: frozenset[str] | None = None) -> list[Entry]:
    """The items that exist and that ``roles`` may see; the one with the longest matching address is current."""
    shown = [item for item in items if address(item.url_name) and (roles is None or roles & item.roles)]
    here = current_address([address(item.url_name) for item in shown], path)
    return [
        Entry(item.label, address(item.url_name), item.icon, address(item.url_name) == here) for item in shown
    ]


def current_address(addresses: list[str], path: str) -> str:
    """The address under which ``path`` lies; the root holds only itself."""
    matching = [found for found in addresses if path == found or (found != "/" and path.startswith(found))]
    return max(matching, key=len, default="")


def menu_for(roles: frozenset[str], *, path: str) -> list[tuple[str | Promise, list[Entry]]]:
    """The sections of the menu that have something in them for these roles."""
    sections = [(section.label, entries(section.items, path=path, roles=roles)) for section in MENU]
    return [(label, found) for label, found in sections if found]


def foot_for(*, path: str) -> list[tuple[str | Promise, list[Entry]]]:
    """The groups at the foot of a public page, without those that have nothing in them."""
    sections = [(section.label, entries(section.items, path=path)) for section in PUBLIC_FOOT]
    return [(label, found) for label, found in sections if found]
