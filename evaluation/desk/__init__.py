"""The desks of the room: engagements for the bureau, panels for the agency, assignments for the experts."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role, label_of
from evaluation import forms, permissions, selectors, services
from evaluation.desk.acceptances import ACCEPTANCE_DESK
from evaluation.desk.assessments import ASSESSMENT_DESK
from evaluation.desk.evaluations import EVALUATION_DESK, ROUND_DESK
from evaluation.desk.recognition import RECOGNITION
from evaluation.desk.redo import REDONE, TOLD_OF_REDO, what_a_redo_brings
from evaluation.desk.review_of_acceptance import ACCEPTANCE_REVIEW
from evaluation.desk.review_of_finals import FINAL_REVIEW
from evaluation.desk.review_of_midterms import MIDTERM_REVIEW
from evaluation.desk.review_of_performance import PERFORMANCE_REVIEW
from evaluation.desk.review_of_projects import PROJECT_REVIEW
from evaluation.desk.visits import REPORT_DESK, VISIT_DESK
from evaluation.enums import OPEN_PANELS, FileChoice, HitAnswer, PanelState
from evaluation.lifecycle import ASSIGNMENT, ENGAGEMENT, PACKAGE, PANEL
from evaluation.models import Assignment, BlindPackage, Engagement, Panel
from evaluation.selectors.panels import carried_by_panels
from records import clock
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


def has_nothing_left(engagement: Engagement) -> bool:
    if selectors.left_undone(engagement, clock.today()).exists():
        return False
    return not selectors.panels_left(engagement).exists()


def _may_open_contract(user, engagement, kind: str) -> bool:
    """The contract is for its two sides; whoever else sees the engagement does without its file."""
    return permissions.may_read_engagements(user)


ENGAGEMENT_DESK = register(
    Desk(
        name="engagement",
        model=Engagement,
        lifecycle=ENGAGEMENT,
        who=permissions.ENGAGEMENT_WHO,
        visible=selectors.engagements_visible_to,
        page="evaluation:engagement",
        move_page="evaluation:engagement-move",
        resource="engagements",
        begun=_("起草委托"),
        hidden={"hand_over": has_nothing_left},
        opens_files=_may_open_contract,
        steps={
            "approve": Step(
                services.approve_engagement,
                primary=True,
                consequence=_(
                    "委托生效，委托期内该机构可以办理所列批次的评审\n通知第三方机构\n期满自动结束，不能再查阅"
                ),
            ),
            "discard": Step(
                services.discard_engagement,
                forms.ReasonForm,
                danger=True,
                consequence=_("草稿作废，不可恢复"),
            ),
            "end": Step(
                services.end_engagement,
                forms.ReasonForm,
                danger=True,
                consequence=_(
                    "该机构立即不能再查阅所委托的申报、材料和评审组\n"
                    "未完成的评审转为待移交，须交其他机构继续办理\n通知第三方机构"
                ),
            ),
            "hand_over": Step(
                services.hand_over_engagement,
                forms.HandOverForm,
                primary=True,
                consequence=_("未完成的评审组和申报转由接手的机构继续办理\n专家、抽取记录和评分保持不变"),
            ),
        },
    )
)


def _package_history(user, package):
    """Reasons may say whose application it is: whoever must not know it reads the moves without them."""
    for line in PACKAGE_DESK.told(user, package):
        yield line if selectors.reads_findings(user) else replace(line, reason="")


def has_no_open_hit(package: BlindPackage) -> bool:
    return not selectors.open_hits_of(package).exists()


def has_no_hit_asked(package: BlindPackage) -> bool:
    return not selectors.open_hits_of(package).filter(answer=HitAnswer.ASKED).exists()


def has_no_file(package: BlindPackage) -> bool:
    return not package.files.exists()


def has_no_file_asked(package: BlindPackage) -> bool:
    return not package.files.filter(choice=FileChoice.ASKED).exists()


def is_over(package: BlindPackage) -> bool:
    return package.panel.state not in OPEN_PANELS


PACKAGE_DESK = register(
    Desk(
        name="package",
        model=BlindPackage,
        lifecycle=PACKAGE,
        who=permissions.PACKAGE_WHO,
        visible=selectors.packages_visible_to,
        page="evaluation:package",
        move_page="evaluation:package-move",
        resource="packages",
        begun=_("生成盲审包"),
        history=_package_history,
        hidden={
            "mask": has_no_open_hit,
            "ask_waiver": has_no_open_hit,
            "waive": has_no_hit_asked,
            "ask_file": has_no_file,
            "open_file": has_no_file_asked,
            "withhold_file": has_no_file,
            "reopen": is_over,
        },
        steps={
            "freeze": Step(
                services.freeze_package,
                primary=True,
                consequence=_(
                    "盲审包按现状冻结并记录指纹，第三方机构可以抽取专家\n"
                    "签署承诺的专家按冻结的内容查阅，附件逐页加盖水印"
                ),
            ),
            "scan": Step(
                services.scan_package,
                consequence=_("重新检索申报书和全部附件\n已处理且内容未变的检出保持原处理结果"),
            ),
            "mask": Step(services.mask_hit, forms.MaskForm, consequence=_("只替换盲审副本，申报书原文不变")),
            "ask_waiver": Step(
                services.ask_waiver, forms.AskWaiverForm, consequence=_("由另一人同意后，专家将看到原文")
            ),
            "waive": Step(
                services.waive_hit, forms.WaiveForm, consequence=_("专家将看到该处原文，理由和两人姓名留存")
            ),
            "ask_file": Step(
                services.ask_file,
                forms.FileReasonForm,
                consequence=_("由另一人同意后，专家可以查阅加盖水印的副本"),
            ),
            "open_file": Step(
                services.open_file,
                forms.OpenFileForm,
                consequence=_("专家可以查阅加盖水印、清除文件信息的副本"),
            ),
            "withhold_file": Step(
                services.withhold_file, forms.FileReasonForm, consequence=_("该附件不提供给专家")
            ),
            "reopen": Step(
                services.reopen_package,
                forms.ReasonForm,
                danger=True,
                consequence=_(
                    "专家立即不能查阅材料和评分，已填写的评分保留\n核对后须重新冻结\n通知第三方机构和专家"
                ),
            ),
        },
    )
)

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
