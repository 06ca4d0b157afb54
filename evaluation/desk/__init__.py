"""The desks of the room: engagements for the bureau, panels for the agency, assignments for the experts."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role, label_of
from evaluation import forms, permissions, selectors, services
from evaluation.desk.acceptances import ACCEPTANCE_DESK
from evaluation.desk.assessments import ASSESSMENT_DESK
from evaluation.desk.engagements import ENGAGEMENT_DESK
from evaluation.desk.evaluations import EVALUATION_DESK, ROUND_DESK
from evaluation.desk.packages import PACKAGE_DESK
from evaluation.desk.recognition import RECOGNITION
from evaluation.desk.redo import REDONE, TOLD_OF_REDO, what_a_redo_brings
from evaluation.desk.review_of_acceptance import ACCEPTANCE_REVIEW
from evaluation.desk.review_of_finals import FINAL_REVIEW
from evaluation.desk.review_of_midterms import MIDTERM_REVIEW
from evaluation.desk.review_of_performance import PERFORMANCE_REVIEW
from evaluation.desk.review_of_projects import PROJECT_REVIEW
from evaluation.desk.visits import REPORT_DESK, VISIT_DESK
from evaluation.enums import PanelState
from evaluation.lifecycle import ASSIGNMENT, PANEL
from evaluation.models import Assignment, Panel
from evaluation.selectors.panels import carried_by_panels
from records.desk import Desk, Step, register


def has_nothing_to_pledge(panel: Panel) -> bool:
    return not selectors.vacant_seats(panel) or selectors.open_pledge(panel) is not None


def has_no_pledge(panel: Panel) -> bool:
    return selectors.open_pledge(panel) is None


def waits_for_package(panel: Panel) -> bool:
    return not selectors.is_frozen(panel)


def waits_for_sheets(panel: Panel) -> bool:
    return not selectors.is_complete(panel)


def what_follows(panel: Panel) -> str:
    """What the conclusion brings about, in the words of the kind of review."""
    return str(panel.of_kind.follows)


def is_concluded(assignment: Assignment) -> bool:
    return assignment.panel.state == PanelState.CONCLUDED


def declares_at_once(assignment: Assignment) -> bool:
    """Whether a conflict needs no decision of the bureau (yet, or any more)."""
    return not is_concluded(assignment) or assignment.late_at is not None


def has_nothing_to_decide(assignment: Assignment) -> bool:
    return assignment.late_at is None or bool(assignment.late_answer)


def has_no_ground(assignment: Assignment) -> bool:
    return not selectors.grounds_to_replace(assignment)


EXPERTS_OWN = frozenset({"accept", "commit", "decline", "recuse", "declare", "lock", "keep"})


def _history(user, assignment):
    """Who sat on the seat is nobody's reading matter: each line names the part that was played.

    Why an expert left may say whose application it is: an agency that must not know reads the ground alone.
    """
    hidden = assignment.panel.is_hidden_from_agency
    kept_back = hidden and not (user.holds(*selectors.OFFICERS) or assignment.expert.user_id == user.pk)
    for line in ASSIGNMENT_DESK.told(user, assignment):
        by_expert = line.action in EXPERTS_OWN
        told = replace(line, actor=str(label_of(Role.EXPERT if by_expert else Role.AGENCY)))
        yield replace(told, reason="") if by_expert and kept_back else told


PANEL_DESK = register(
    Desk(
        name="panel",
        model=Panel,
        lifecycle=PANEL,
        who=permissions.PANEL_WHO,
        visible=selectors.panels_visible_to,
        page="evaluation:panel",
        move_page="evaluation:panel-move",
        resource="panels",
        begun=_("组建评审组"),
        hidden={
            "pledge": waits_for_package,
            "pledge_refill": has_nothing_to_pledge,
            "refill": has_no_pledge,
            "conclude": waits_for_sheets,
        },
        carries=(carried_by_panels,),
        steps={
            "pledge": Step(
                services.pledge_draw,
                primary=True,
                consequence=_(
                    "按专业和人员构成确定可抽取的专家，自动回避，编成号码后封存\n"
                    "号码、构成和承诺指纹立即向社会公布，不能更改\n"
                    "公布满规定时间后才能抽取，由其后登记簿的第一条登记参与决定结果"
                ),
            ),
            "draw": Step(
                services.draw_panel,
                primary=True,
                consequence=_(
                    "由计算机按已公布的承诺随机抽取，任何人都可以重新验算\n"
                    "抽取过程和结果写入登记簿并公布，不能更改，并出具抽取记录\n"
                    "立即邀请抽中的专家，应邀时限开始计算"
                ),
            ),
            "pledge_refill": Step(
                services.pledge_refill,
                primary=True,
                consequence=_("为空缺席位重新编号、封存并公布承诺\n原抽取记录保留"),
            ),
            "refill": Step(
                services.refill_panel,
                primary=True,
                consequence=_(
                    "为空缺席位重新随机抽取，原抽取记录保留\n抽取过程和结果写入登记簿\n立即邀请抽中的专家"
                ),
            ),
            "discuss": Step(
                services.discuss_panel,
                forms.DiscussForm,
                primary=True,
                consequence=_(
                    "合议记录写入案卷，不能再修改\n"
                    "第一轮评分原样保留，专家各自重新评分一次或维持原评分\n"
                    "以第二轮评分汇总；通知全部专家，重新评分时限开始计算"
                ),
            ),
            "conclude": Step(
                services.conclude_panel,
                forms.ConcludeForm,
                primary=True,
                follows=what_follows,
            ),
        },
    )
)

ASSIGNMENT_DESK = register(
    Desk(
        name="assignment",
        model=Assignment,
        lifecycle=ASSIGNMENT,
        who=permissions.ASSIGNMENT_WHO,
        visible=selectors.assignments_visible_to,
        page="evaluation:assignment",
        move_page="evaluation:assignment-move",
        resource="assignments",
        history=_history,
        hidden={
            "recuse": is_concluded,
            "declare": declares_at_once,
            "keep_result": has_nothing_to_decide,
            "redo": has_nothing_to_decide,
            "replace": has_no_ground,
        },
        steps={
            "accept": Step(services.accept_assignment, consequence=_("接着签署保密与回避承诺，之后打开材料")),
            "commit": Step(services.commit_assignment, forms.CommitForm, primary=True),
            "decline": Step(
                services.decline_assignment,
                forms.ReasonForm,
                consequence=_("由抽取顺序中的下一位专家递补"),
                danger=True,
            ),
            "recuse": Step(
                services.recuse_assignment,
                forms.RecuseForm,
                consequence=_(
                    "立即停止您对材料的访问，已打开的页面和文件链接同时失效\n"
                    "已填写或已提交的评分不再计入\n由抽取顺序中的下一位专家递补"
                ),
                danger=True,
            ),
            "declare": Step(
                services.declare_late_conflict,
                forms.RecuseForm,
                consequence=_(
                    "立即停止您对材料的访问，不再参加现场考察\n"
                    "报市科技局决定：由其他专家补评后重新汇总，或说明理由维持结果\n申报和处理写入登记簿"
                ),
                danger=True,
            ),
            "redo": Step(
                services.redo_review,
                forms.ReasonForm,
                primary=True,
                consequence=f"{REDONE}\n{TOLD_OF_REDO}",
                follows=what_a_redo_brings,
            ),
            "keep_result": Step(
                services.keep_result,
                forms.ReasonForm,
                consequence=_("评审结果不变，理由写入登记簿\n通知第三方机构和专家"),
            ),
            "lock": Step(
                services.lock_scores,
                primary=True,
                consequence=_(
                    "评分和评语提交后任何人都不能修改，包括您本人\n"
                    "其他专家和工作人员在汇总之前看不到您的评分\n"
                    "全部专家锁定后由第三方机构汇总"
                ),
            ),
            "keep": Step(
                services.keep_scores,
                consequence=_(
                    "第一轮评分和评语作为您第二轮的评分提交\n合议后改动而未提交的内容不计\n提交后任何人都不能修改"
                ),
            ),
            "replace": Step(
                services.replace_assignment,
                forms.ReplaceForm,
                consequence=_(
                    "停止该专家对材料的访问\n由抽取顺序中的下一位专家递补\n更换情形和理由写入登记簿"
                ),
                danger=True,
            ),
        },
    )
)

__all__ = [
    "ACCEPTANCE_DESK",
    "ACCEPTANCE_REVIEW",
    "ASSESSMENT_DESK",
    "FINAL_REVIEW",
    "MIDTERM_REVIEW",
    "PROJECT_REVIEW",
    "ASSIGNMENT_DESK",
    "ENGAGEMENT_DESK",
    "EVALUATION_DESK",
    "PACKAGE_DESK",
    "PANEL_DESK",
    "PERFORMANCE_REVIEW",
    "RECOGNITION",
    "REPORT_DESK",
    "ROUND_DESK",
    "VISIT_DESK",
]
