"""The desk of common questions."""

from django.utils.translation import gettext_lazy as _

from institutes.forms.officers import ReasonForm
from institutes.lifecycle.questions import QUESTION
from institutes.models import PublicQuestion
from institutes.permissions.questions import QUESTION_WHO
from institutes.selectors import questions as reads
from institutes.services import questions as services
from records.desk import Desk, Step, register

QUESTION_DESK = register(
    Desk(
        name="common_question",
        model=PublicQuestion,
        lifecycle=QUESTION,
        who=QUESTION_WHO,
        visible=reads.questions_visible_to,
        page="institutes:question",
        move_page="institutes:question-move",
        resource="questions",
        begun=_("拟写问答"),
        steps={
            "propose": Step(
                services.propose_question, primary=True, consequence=_("交审批人审定发布，开始计时")
            ),
            "send_back": Step(services.send_back_question, ReasonForm, consequence=_("退回经办修改")),
            "publish": Step(
                services.publish_question, primary=True, consequence=_("在常见问题中公开，任何人都可以看到")
            ),
            "reopen": Step(
                services.reopen_question,
                consequence=_("修改期间公开页面继续显示现有答复，审定发布后换成新答复"),
            ),
            "withdraw": Step(
                services.withdraw_question, ReasonForm, danger=True, consequence=_("立即停止公开，不可恢复")
            ),
        },
    )
)
