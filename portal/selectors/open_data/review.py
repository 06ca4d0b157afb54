"""What reviews came to once it was published: three-year evaluations, annual assessments, and draws of experts."""

from datetime import date

from django.db.models import Case, CharField, F, IntegerField, QuerySet, TextChoices, Value, When
from django.db.models.expressions import Func
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Concat, TruncDate
from django.utils.translation import gettext_lazy as _

from evaluation.enums.assessment import AssessmentState
from evaluation.enums.performance import EvaluationGrade, Exemption
from evaluation.models import Assessment, AssessmentList, Draw, Evaluation, Panel, Round
from evaluation.selectors import public_draws
from portal.selectors.open_data import columns
from portal.selectors.open_data.addresses import absolute
from portal.selectors.open_data.recognition import names_of
from portal.selectors.open_data.shape import Column, Dataset, Touch


class AssessmentOutcome(TextChoices):
    """What was published of a year's assessment: a grade, or that no report came."""

    PASS = "pass", _("合格")
    BASIC = "basic", _("基本合格")
    FAIL = "fail", _("不合格")
    MISSING = "missing", _("未提交年度报告")


def _evaluations(on: date) -> QuerySet:
    rows = Evaluation.objects.graded().annotate(published_on=TruncDate("released_at"))
    return rows.order_by(
        "round__year", "institute__recognition__year", "institute__recognition__sequence", "attempt"
    )


def _assessments(on: date) -> QuerySet:
    missing = When(state=AssessmentState.MISSING, then=Value(AssessmentOutcome.MISSING.value))
    rows = Assessment.objects.filter(state__in=(AssessmentState.PUBLISHED, AssessmentState.MISSING))
    rows = rows.annotate(
        outcome=Case(missing, default=F("grade"), output_field=CharField()),
        announced_on=TruncDate("published_in__published_at"),
    )
    return rows.order_by("year", "institute__recognition__year", "institute__recognition__sequence")


def _length(key: str) -> Func:
    return Func(KeyTransform(key, "pledge"), function="jsonb_array_length", output_field=IntegerField())


def _draws(on: date) -> QuerySet:
    place = Concat("panel__code", Value("/"), "round", output_field=CharField())
    rows = public_draws().annotate(balls=_length("pool"), wanted=_length("wanted"), place=place)
    return rows.order_by("pledged_at", "pk")


def _record(place: str) -> str:
    code, _slash, number = place.rpartition("/")
    return absolute("evaluation:draw-record", code, int(number))


_OF_INSTITUTE = (columns.certificate(), columns.institute(), columns.host(), *columns.county())

EVALUATIONS = Dataset(
    name="evaluations",
    title="三年绩效评价结果",
    about="已经公示期满并公布的绩效评价等次。评分过程、专家意见和未公布的等次不在其中。",
    keywords=("绩效评价", "等次"),
    clause="四(四)",
    key=("certificate_number", "first_year", "attempt"),
    rows=_evaluations,
    columns=(
        columns.year("评价年度", "round__year", name="round_year"),
        columns.year("周期首年", "cycle__first_year", name="first_year"),
        columns.year("周期末年", "cycle__last_year", name="last_year"),
        *_OF_INSTITUTE,
        columns.count("attempt", "第几次评价", unit="次", meaning="2 为整改后再评"),
        Column("grade", "等次", choices=EvaluationGrade, clause="四(四)"),
        Column(
            "deemed",
            "视同合格",
            "boolean",
            source="exemption",
            make=lambda exemption: exemption == Exemption.PROVINCIAL,
            meaning="周期内已参加省级评价，不另评分",
        ),
        Column("published_on", "公布日期", "date"),
    ),
    touches=(Touch(Evaluation), Touch(Round, "round"), *names_of("institute")),
)

ASSESSMENTS = Dataset(
    name="assessments",
    title="年度考核结果",
    about="已公布的年度考核结果，含未提交年度报告的。考核意见和未公布的等次不在其中。",
    keywords=("年度考核", "等次"),
    clause="五(一)",
    key=("year", "certificate_number"),
    rows=_assessments,
    columns=(
        columns.year("考核年度"),
        *_OF_INSTITUTE,
        Column("outcome", "考核结果", choices=AssessmentOutcome, clause="五(一)"),
        Column("published_on", "公布日期", "date", source="announced_on"),
        Column("list_number", "公布文号", source="published_in__number"),
    ),
    touches=(Touch(Assessment), Touch(AssessmentList, "published_in"), *names_of("institute")),
)

DRAWS = Dataset(
    name="draws",
    title="专家抽取公开记录",
    about="每一次专家抽取的承诺和结果，可据公开记录自行验算。只有号码，号码与专家、案件的对应关系不公开。",
    keywords=("专家抽取", "随机", "验算"),
    clause="二(三)4",
    key=("code", "round"),
    rows=_draws,
    columns=(
        Column("code", "抽取编号", source="panel__code"),
        columns.count("round", "第几次", unit="次"),
        Column("pledged_at", "承诺公布时间", "datetime"),
        Column("draws_after", "约定时刻", "datetime", meaning="此后登记簿的第一条登记参与决定结果"),
        Column("commitment", "承诺指纹", meaning="承诺内容的 SHA-256"),
        columns.count("balls", "可抽取人数", unit="人", required=False),
        columns.count("wanted", "席位数", unit="席", required=False),
        Column("drawn_at", "抽取时间", "datetime", required=False, meaning="尚未抽取的为空"),
        Column(
            "record_url", "公开记录（JSON）", source="place", make=_record, meaning="用 verify_draw.py 验算"
        ),
    ),
    touches=(Touch(Draw), Touch(Panel, "panel")),
)
