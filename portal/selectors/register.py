"""The register, page by page, in the reader's words."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from records import sheets
from records.desk import all_desks, desk_for
from records.models import AuditEvent

DEEDS = {
    "accept_invitation": _("接受邀请"),
    "attach": _("上传附件"),
    "availability": _("更改可评审时间"),
    "begin": _("建立"),
    "change_password": _("更改密码"),
    "conclude": _("公示结束"),
    "create": _("建立"),
    "deactivate": _("停用"),
    "drop_second_factor": _("关闭两步登录"),
    "enrol_second_factor": _("启用两步登录"),
    "reset_second_factor": _("重置两步登录"),
    "use_recovery_code": _("使用备用码"),
    "end_other_visits": _("结束其他登录"),
    "end_visit": _("结束登录"),
    "enter": _("登记"),
    "enter_member": _("登记链上企业"),
    "fetch_treasury_file": _("下载国库文件"),
    "import": _("导入"),
    "issue": _("出具文书"),
    "pause": _("中止公示"),
    "post": _("发布公示"),
    "reactivate": _("恢复使用"),
    "record": _("登记"),
    "remove": _("删除"),
    "resend_invitation": _("重发邀请"),
    "reset_password": _("重设密码"),
    "resume": _("恢复公示"),
    "reveal": _("查看完整账号"),
    "revise": _("修改"),
    "prefill": _("沿用上次申报内容"),
    "unlock": _("解除锁定"),
    "update": _("更改资料"),
    "view_identity": _("查看异议人身份"),
    "withdraw": _("撤下"),
}
"""What is done without a lifecycle, in words, by the last part of its verb."""


def lines(*, text: str = "", before: str = "") -> QuerySet[AuditEvent]:
    """Lines older than the line ``before``, newest first; ``text`` is looked for in deed, subject and person.

    Paged by key: the hundredth page costs what the first one costs.
    """
    rows = AuditEvent.objects.order_by("-pk")
    if before.isdecimal():
        rows = rows.filter(pk__lt=int(before))
    if text:
        deeds = Q(verb__icontains=text) | Q(verb__in=_verbs_of(text))
        rows = rows.filter(deeds | Q(subject_label__icontains=text) | Q(actor_label__icontains=text))
    return rows


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the register with its deed and its states in words."""

    event: AuditEvent
    deed: str
    before: str
    after: str


def in_words(event: AuditEvent) -> Line:
    """The line as people read it; what has no words is shown as it was entered."""
    desk, (of, _dot, action) = desk_for(event.subject_type), event.verb.rpartition(".")
    moves = desk.lifecycle.moves if desk and of == event.subject_type else {}
    states = desk.lifecycle.states if desk else {}
    before, after = (
        str(states[state].label) if state in states else state for state in (event.from_state, event.to_state)
    )
    deed = str(moves[action].label) if action in moves else str(DEEDS.get(action, action))
    return Line(event, deed, before, after)


def _verbs_of(text: str) -> list[str]:
    """The verbs of the moves whose label holds ``text``."""
    return [
        f"{desk.subject_type}.{action}"
        for desk in all_desks()
        for action, move in desk.lifecycle.moves.items()
        if text in str(move.label)
    ]


HEAD = [
    _("链位"), _("时间"), _("人员"), _("动作"), _("动作代码"), _("事项"), _("原状态"), _("新状态"),
    _("理由"), _("哈希"),
]  # fmt: skip


def cells(event: AuditEvent) -> sheets.Row:
    """A line as it stands in a table that is taken away."""
    line, at = in_words(event), timezone.localtime(event.at)
    return [
        event.position,
        f"{at:%Y-%m-%d %H:%M:%S}",
        event.actor_label,
        line.deed,
        event.verb,
        event.subject_label,
        line.before,
        line.after,
        event.reason,
        event.hash,
    ]
