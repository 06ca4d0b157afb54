"""What an officer reads before a seat is judged anew: what follows, in the words of the kind of review."""

from django.utils.translation import gettext_lazy as _

from evaluation.models import Assignment
from evaluation.selectors.reports import report_resting_on
from records import clock

REDONE = _(
    "该专家的评分不再计入，由抽取顺序中的下一位专家补评，其他专家的评分保留\n"
    "申报退回第三方评审，原结果撤回，重新汇总"
)
REPORTED = _("已提交的评审报告退回第三方机构，重新汇总后更新再交；原版本保留")
TOLD_OF_REDO = _("通知申报单位、第三方机构和专家")


def what_a_redo_brings(assignment: Assignment) -> str:
    """What follows where a seat is judged anew, with what it does to what rests on the result already."""
    panel, kind = assignment.panel, assignment.panel.of_kind
    if kind.reopen is None:
        return str(_("该类评审的结果已经交出，不能重新评定；请说明理由后维持，并按该项程序另行处理"))
    if barred := kind.redo_barred(panel.case) if kind.redo_barred else "":
        return barred
    more = kind.redo_follows(assignment) if kind.redo_follows else ""
    reported = str(REPORTED) if report_resting_on(panel, on=clock.today()) else ""
    return "\n".join(filter(None, [str(REDONE), more, reported, str(TOLD_OF_REDO)]))
