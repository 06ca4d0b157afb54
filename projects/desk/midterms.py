"""The desk of mid-term checks: the unit reports, the bureau or experts check, two people conclude."""

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from projects import selectors, services
from projects.enums.midterm import MidtermOutcome
from projects.forms import ReasonForm
from projects.forms import midterms as forms
from projects.lifecycle.midterm import MIDTERM
from projects.models import ProjectMidterm
from projects.permissions import midterms as permissions
from records.desk import Desk, Line, Step, register

AMONG_OFFICERS = frozenset({"propose", "return_proposal"})
"""What officers settle among themselves is not for the unit."""


def _history(user, midterm) -> Iterator[Line]:
    inside = permissions.is_inside(user, midterm)
    for line in MIDTERM_DESK.told(user, midterm):
        if not inside:
            yield line
        elif line.action not in AMONG_OFFICERS:
            yield replace(line, reason="") if line.action == "reopen_review" else line


def _opens(user, midterm, kind: str) -> bool:
    return permissions.may_read_report(user, midterm)


def _not_proposed(outcome: str):
    """Hides a decision that does not follow the proposal; the service refuses it all the same."""
    return lambda midterm: midterm.outcome != outcome


MIDTERM_DESK = register(
    Desk(
        name="midterm",
        model=ProjectMidterm,
        lifecycle=MIDTERM,
        who=permissions.MIDTERM_WHO,
        visible=selectors.midterms_visible_to,
        page="projects:midterm",
        move_page="projects:midterm-move",
        resource="project-midterms",
        begun=_("实施过半，开展中期检查"),
        history=_history,
        opens_files=_opens,
        hidden={
            "propose": selectors.needs_experts,
            "continue": _not_proposed(MidtermOutcome.CONTINUE),
            "mend": _not_proposed(MidtermOutcome.MEND),
            "stop": _not_proposed(MidtermOutcome.STOP),
        },
        steps={
            "hand_up": Step(
                services.hand_up_midterm, primary=True, consequence=_("报告锁定，交本单位管理员审核报送")
            ),
            "send_back": Step(services.send_back_midterm, ReasonForm),
            "hand_in": Step(
                services.hand_in_midterm,
                primary=True,
                consequence=_("以本单位名义报送市科技局\n阶段目标和经费执行按此刻的情况固定，检查以此为准"),
            ),
            "return": Step(services.return_midterm, ReasonForm, consequence=_("退回单位补充后重新报送")),
            "entrust": Step(
                services.entrust_midterm,
                forms.MidtermEntrustForm,
                consequence=_("交第三方机构组织专家检查\n通知机构和单位"),
            ),
            "propose": Step(
                services.propose_midterm,
                forms.MidtermOutcomeForm,
                primary=True,
                consequence=_("交审批人员审定，原办理时限不变"),
            ),
            "return_proposal": Step(services.return_midterm_proposal, ReasonForm),
            "continue": Step(
                services.continue_midterm,
                primary=True,
                consequence=_("项目继续实施，出具中期检查意见，通知单位和县级"),
            ),
            "mend": Step(
                services.mend_midterm,
                primary=True,
                consequence=_("单位在期限内整改，重新报送中期报告\n出具中期检查意见，通知单位和县级"),
            ),
            "stop": Step(
                services.stop_midterm,
                danger=True,
                consequence=_(
                    "出具中期检查意见，通知单位和县级\n终止项目按规定程序另行办理，听取单位陈述申辩"
                ),
            ),
        },
    )
)
