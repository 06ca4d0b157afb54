"""Who is told what, in which words."""

from django.db.models import Model
from django.urls import reverse
from django.utils import timezone

from accounts.models import Deputy, Organisation
from notices.models import Inquiry, Objection, PublicityExtension
from records import clock, deadlines, exports
from records.models import AuditEvent, CalendarChange, Job, RegisterHead


def until(subject: Model) -> str:
    """By when it must be done: ``于2026年11月27日前（还有 3 个工作日）``; empty where it has no day."""
    deadline = deadlines.current(subject)
    if deadline is None or deadline.due_on is None:
        return ""
    day = deadlines.day_in_words(deadline.due_on)
    return f"于{day}前{deadlines.left_in_words(deadline.due_on, on=clock.today())}"


def in_copy(title: str, body: str, *, to_do: bool) -> tuple[str, str]:
    """What a unit is told, as offices hear it that only look on: what is asked (``to_do``) is asked of the unit."""
    return f"抄告：{title}", f"{body}\n以上已告知该单位，{'由该单位办理' if to_do else '抄送供知悉'}。"


def objection_filed(objection: Objection) -> dict[str, str]:
    """To whoever checks objections. Names nobody."""
    item = objection.item
    return {
        "event": "notices.objection.filed",
        "title": f"收到异议：{item.name}",
        "body": (
            f"公示《{item.notice.title}》中的“{item.name}”收到异议（{objection.number}），"
            f"请{until(objection)}审查是否受理。异议人身份仅限经办与审批岗位查看，请注意保密。"
        ),
        "url": objection.get_absolute_url(),
    }


def objection_handed_on(objection: Objection, *, to_approver: bool) -> dict[str, str]:
    """To whoever has the objection next. Names nobody."""
    what = "处理意见待审定" if to_approver else "处理意见被退回"
    return {
        "event": "notices.objection.proposed" if to_approver else "notices.objection.sent_back",
        "title": f"异议{what}：{objection.item.name}",
        "body": (
            f"对公示《{objection.item.notice.title}》中“{objection.item.name}”的异议（{objection.number}）"
            f"{what}，请{until(objection)}{'审定' if to_approver else '重新查核'}。"
        ),
        "url": objection.get_absolute_url(),
    }


def registration_received(organisation: Organisation) -> dict[str, str]:
    """To the county's staff."""
    return {
        "event": "accounts.organisation.received",
        "title": f"新的单位注册待确认：{organisation.name}",
        "body": (
            f"“{organisation.name}”（{organisation.uscc}）已提交注册，"
            f"请{until(organisation)}核对营业执照后确认，或写明理由不予通过。"
        ),
    }


def registration_confirmed(organisation: Organisation) -> dict[str, str]:
    """To whoever registered the unit."""
    return {
        "event": "accounts.organisation.confirmed",
        "title": f"单位注册已通过：{organisation.name}",
        "body": (
            f"{organisation.division}科技管理部门已确认“{organisation.name}”的注册。"
            "请重新登录，邀请本单位申报人；申报通知开放期间即可填报。"
        ),
    }


def registration_refused(organisation: Organisation) -> dict[str, str]:
    """To whoever registered the unit, with the reason."""
    return {
        "event": "accounts.organisation.refused",
        "title": f"单位注册未通过：{organisation.name}",
        "body": (
            f"“{organisation.name}”的注册未通过{organisation.division}科技管理部门确认。\n"
            f"未通过的理由：{organisation.refusal_reason}\n请登录后按理由修改，重新提交。"
        ),
    }


def deputy_named(deputy: Deputy) -> dict[str, str]:
    """To the colleague who is to stand in."""
    since, until = (deadlines.day_in_words(day) for day in (deputy.since, deputy.until))
    return {
        "event": "accounts.deputy.named",
        "title": f"请您代{deputy.user.name}办理：{since}至{until}",
        "body": (
            f"{deputy.user.name}登记由您在{since}至{until}期间代办。点名发给{deputy.user.name}的通知和期限提醒"
            "将同时发给您，并写明代谁办理；您的权限不变，到期自动结束。"
        ),
        "url": reverse("accounts:deputy-list"),
    }


def deputy_ended(deputy: Deputy) -> dict[str, str]:
    """To the colleague who stood in, where it was ended before its last day."""
    return {
        "event": "accounts.deputy.ended",
        "title": f"代{deputy.user.name}办理已提前结束",
        "body": f"{deputy.user.name}已提前结束由您代办，不再向您发送代办通知和提醒。",
        "url": reverse("accounts:deputy-list"),
    }


def inquiry_put(inquiry: Inquiry) -> dict[str, str]:
    """To the unit whose case was objected to. Names nobody."""
    return {
        "event": "notices.inquiry.put",
        "title": f"请说明情况：{inquiry.item.name}",
        "body": (
            f"对公示《{inquiry.item.notice.title}》中“{inquiry.item.name}”的异议正在查核，"
            f"请单位管理员{until(inquiry)}登录本平台说明情况，可附证明材料。期满未说明的，按已有材料查核。"
        ),
        "url": inquiry.get_absolute_url(),
    }


def inquiry_answered(inquiry: Inquiry) -> dict[str, str]:
    """To the clerk who asked."""
    return {
        "event": "notices.inquiry.answered",
        "title": f"单位已说明情况：{inquiry.item.name}",
        "body": (
            f"对公示《{inquiry.item.notice.title}》中“{inquiry.item.name}”的异议"
            f"（{inquiry.objection.number}），单位已提交情况说明，请{until(inquiry.objection)}提出处理意见。"
        ),
        "url": inquiry.objection.get_absolute_url(),
    }


def deadlines_moved(change: CalendarChange, count: int, lines: list[str]) -> dict[str, str]:
    """To whoever holds deadlines that were counted anew with the working days."""
    more = f"\n其余 {count - len(lines)} 项见期限日历。" if count > len(lines) else ""
    listed = "；\n".join(lines)
    return {
        "title": f"工作日历调整，您有 {count} 项期限改期",
        "body": f"工作日历已按“{change.source}”调整，下列期限随之改期：\n{listed}。{more}",
    }


# --- a later last day of a publicity ----------------------------------------------------------------------------------


def _days(extension: PublicityExtension) -> str:
    old, new = (deadlines.day_in_words(day) for day in (extension.ends_from, extension.ends_to))
    return f"由{old}延至{new}"


def publicity_extension_offered(extension: PublicityExtension, event: AuditEvent) -> dict[str, str]:
    """To the clerks, who take it up or say why not."""
    return {
        "title": f"公示延期建议：{extension.notice.title}",
        "body": (
            f"{extension.reason}平台已备好延期建议，公示最后一日{_days(extension)}。"
            "请核对后提交审定；不宜延期的请说明理由。延期办结前，公示事项不作后续办理。"
        ),
    }


def publicity_extension_drafted(extension: PublicityExtension, event: AuditEvent) -> dict[str, str]:
    """To the approvers, who publish it or give it up."""
    notice = extension.notice
    return {
        "title": f"公示延期待发布：{notice.title}",
        "body": (
            f"《{notice.title}》（{notice.number}）公示最后一日拟{_days(extension)}。理由：{extension.reason}"
            "请审定后发布；不宜延期的请说明理由。"
        ),
    }


def publicity_extension_published(extension: PublicityExtension, event: AuditEvent) -> dict[str, str]:
    """To the units in the notice, and to whoever wrote it."""
    notice = extension.notice
    left = deadlines.left_in_words(extension.ends_to, on=timezone.localdate(event.at))
    return {
        "title": f"公示延期：{notice.title}",
        "body": (
            f"《{notice.title}》（{notice.number}）公示最后一日{_days(extension)}{left}，至当日 24 时止。"
            f"理由：{extension.reason}"
        ),
        "url": notice.get_absolute_url(),
    }


def publicity_extension_discarded(extension: PublicityExtension, event: AuditEvent) -> dict[str, str]:
    """To whoever wrote it."""
    notice = extension.notice
    return {
        "title": f"不予延期：{notice.title}",
        "body": (
            f"《{notice.title}》（{notice.number}）不予延期，公示最后一日仍为"
            f"{deadlines.day_in_words(extension.ends_from)}。理由：{event.reason}"
        ),
    }


def register_head_kept(head: RegisterHead) -> dict[str, str]:
    """To the auditors: what to keep outside of the portal. Both hashes, for theirs is the register's own as well."""
    day = deadlines.day_in_words(head.day)
    return {
        "event": "records.register.head",
        "title": f"登记簿日链头：{day}，共 {head.position} 条",
        "body": (
            f"{day}办理登记簿新增 {head.lines} 条，累计 {head.position} 条。"
            f"公开封签 {head.seal}；登记簿末条哈希 {head.line_hash}。"
            "请保存本邮件：日后登记簿中这一天及以前的内容如有改动、删除或补插，封签就对不上。"
        ),
        "url": reverse("open-data-register"),
    }


def job_done(job: Job) -> dict[str, str]:
    """To whoever ordered it: where to fetch what was made, and until when."""
    made = f"共 {job.total} {job.unit}。"
    if exports.order_of(job):
        last = deadlines.day_in_words(exports.kept_until(job))
        made += f"请打开任务下载文件，保留至{last}；文件只有您可以下载。"
    return {"event": "records.job.done", "title": f"{job.title}：已完成", "body": made}


def job_failed(job: Job) -> dict[str, str]:
    """To whoever ordered it: why, and that they may let it go on."""
    return {
        "event": "records.job.failed",
        "title": f"{job.title}：已中断",
        "body": (
            f"已完成 {job.done} {job.unit}，共 {job.total} {job.unit}。原因：{job.error}\n"
            "请打开任务，排除原因后点“继续”，从中断处接着做；不再需要的请停止。"
        ),
    }
