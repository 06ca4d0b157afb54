"""The desks of objections and of questions to the unit, whose decisions move the case that was objected to."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from institutes import services
from institutes.forms import officers as forms
from notices.enums import InquiryState
from notices.lifecycle import INQUIRY, OBJECTION
from notices.models import Inquiry, Objection
from notices.permissions import WHO_INQUIRY, WHO_OBJECTION
from notices.selectors import held_up_cases, inquiries_visible_to, objections_visible_to
from notices.services import (
    answer_inquiry,
    ask_for_original,
    ask_unit,
    extend_objection,
    propose_finding,
    receive_original,
    send_back_finding,
)
from records.desk import Desk, Step, register


def _history_of_objection(user, objection):
    """Who made it stands nowhere in its history: it came in by itself."""
    for line in OBJECTION_DESK.told(user, objection):
        yield line if line.from_state else replace(line, actor=str(_("异议人")))


def _never(user, objection, kind: str) -> bool:
    """What came with an objection may name its author: it is opened on a page of its own, which records it."""
    return False


def _is_asking(objection) -> bool:
    """Whether a question to the unit is open: there is one at a time."""
    return objection.inquiries.filter(state=InquiryState.ASKED).exists()


def _was_asked_for(objection) -> bool:
    return objection.original_asked_at is not None


OBJECTION_DESK = register(
    Desk(
        name="objection",
        model=Objection,
        lifecycle=OBJECTION,
        who=WHO_OBJECTION,
        visible=objections_visible_to,
        page="notices:objection",
        move_page="notices:objection-move",
        resource="objections",
        begun=_("收到异议"),
        history=_history_of_objection,
        opens_files=_never,
        carries=(held_up_cases,),
        hidden={"ask_unit": _is_asking, "ask_original": _was_asked_for},
        steps={
            "accept": Step(
                services.take_up_objection,
                primary=True,
                consequence=_("该公示事项暂停计时，其他事项不受影响\n通知申报单位（不透露异议人）"),
            ),
            "ask_original": Step(
                ask_for_original,
                forms.OriginalForm,
                consequence=_("受理审查暂停，另行计算补交期限\n异议人在回执页面看到要求"),
            ),
            "receive_original": Step(
                receive_original, primary=True, consequence=_("恢复受理审查，期限重新计算")
            ),
            "refuse": Step(
                services.refuse_objection,
                forms.RequiredReplyForm,
                danger=True,
                consequence=_("答复异议人，公示照常进行"),
            ),
            "ask_unit": Step(
                ask_unit,
                forms.QuestionForm,
                consequence=_("通知单位管理员在期限内说明\n单位只看到您写的文字；查核期限不变"),
            ),
            "extend": Step(extend_objection, forms.ReasonForm, consequence=_("查核期限顺延一次")),
            "propose": Step(propose_finding, forms.FindingForm, primary=True, consequence=_("交审批人审定")),
            "send_back": Step(send_back_finding, forms.ReasonForm, consequence=_("退回经办重新查核")),
            "dismiss": Step(
                services.dismiss_objection,
                forms.ReplyForm,
                primary=True,
                consequence=_("答复异议人\n公示恢复计时"),
            ),
            "partly": Step(
                services.partly_uphold_objection,
                forms.PartlyForm,
                consequence=_("答复异议人\n该事项更正后重新公示，公示期重新计算"),
            ),
            "uphold": Step(
                services.uphold_objection,
                forms.ReplyForm,
                danger=True,
                consequence=_(
                    "答复异议人\n该事项从公示中撤下，不可恢复：拟认定的不予认定，评价结果的重新评定"
                ),
            ),
        },
    )
)


INQUIRY_DESK = register(
    Desk(
        name="inquiry",
        model=Inquiry,
        lifecycle=INQUIRY,
        who=WHO_INQUIRY,
        visible=inquiries_visible_to,
        page="notices:inquiry",
        move_page="notices:inquiry-move",
        resource="inquiries",
        begun=_("请单位说明情况"),
        steps={
            "answer": Step(
                answer_inquiry,
                forms.AnswerForm,
                primary=True,
                consequence=_("提交市科技局查核，提交后不能修改"),
            )
        },
    )
)
