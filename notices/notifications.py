"""Who is told what, in which words."""

from accounts.models import Organisation
from notices.models import Objection


def objection_filed(objection: Objection) -> dict[str, str]:
    """To whoever checks objections. Names nobody."""
    item = objection.item
    return {
        "event": "notices.objection.filed",
        "title": f"收到异议：{item.name}",
        "body": (
            f"公示《{item.notice.title}》中的“{item.name}”收到异议（{objection.number}），"
            "请审查是否受理。异议人身份仅限经办与审批岗位查看，请注意保密。"
        ),
        "url": objection.get_absolute_url(),
    }


def objection_handed_on(objection: Objection, *, to_approver: bool) -> dict[str, str]:
    """To whoever has the objection next. Names nobody."""
    what = "处理意见待审定" if to_approver else "处理意见被退回"
    return {
        "event": "notices.objection.proposed" if to_approver else "notices.objection.sent_back",
        "title": f"异议{what}：{objection.item.name}",
        "body": f"异议（{objection.number}）{what}，请在期限内办理。",
        "url": objection.get_absolute_url(),
    }


def registration_received(organisation: Organisation) -> dict[str, str]:
    """To the county's staff."""
    return {
        "event": "accounts.organisation.received",
        "title": f"新的单位注册待确认：{organisation.name}",
        "body": f"“{organisation.name}”（{organisation.uscc}）已提交注册，请核对营业执照后确认。",
    }


def registration_confirmed(organisation: Organisation) -> dict[str, str]:
    """To whoever registered the unit."""
    return {
        "event": "accounts.organisation.confirmed",
        "title": f"单位注册已通过：{organisation.name}",
        "body": "归口科技管理部门已确认贵单位的注册。现在可以邀请申报人，并在申报通知开放期间填报。",
    }


def registration_refused(organisation: Organisation) -> dict[str, str]:
    """To whoever registered the unit, with the reason."""
    return {
        "event": "accounts.organisation.refused",
        "title": f"单位注册未通过：{organisation.name}",
        "body": f"未通过的理由：{organisation.refusal_reason}\n修改后可以重新提交。",
    }
