"""The joint research programme: what was approved after its public notice, and the calls."""

from datetime import date

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from institutes.models import IndustryChain
from notices.models import PublicNoticeItem
from portal.selectors.open_data import columns
from portal.selectors.open_data.addresses import absolute
from portal.selectors.open_data.recognition import names_of
from portal.selectors.open_data.shape import Column, Dataset, Touch, joined
from projects.models import Project, ProjectCall, ProjectChange, Proposal
from records.models.subject import subject_type


def _projects(on: date) -> QuerySet:
    """Approved ones whose public notice ended with a clear way; their partners are those that the notice named."""
    shown = PublicNoticeItem.objects.filter(
        subject_type=subject_type(Proposal), subject_id=OuterRef("proposal"), concluded_at__isnull=False
    )
    rows = Project.objects.filter(Exists(shown)).annotate(
        partners=Subquery(shown.order_by("-pk").values("co_builders")[:1]),
        notice=Subquery(shown.order_by("-pk").values("notice__number")[:1]),
    )
    return rows.order_by("year", "number")


PROJECTS = Dataset(
    name="projects",
    title="联合攻关项目",
    about="公示期满并立项的联合攻关项目。项目负责人、经费明细不在其中；已下达的资金见“奖补资金”。",
    keywords=("联合攻关", "立项"),
    clause="四(六)",
    key=("number",),
    rows=_projects,
    columns=(
        Column("number", "项目编号"),
        columns.year("立项年度"),
        Column("title", "项目名称"),
        columns.institute(),
        columns.certificate(),
        columns.host(meaning="牵头单位"),
        Column("partners", "联合单位", make=joined, required=False, meaning="公示时的联合单位，以“；”分隔"),
        *columns.county(),
        columns.chain(),
        columns.count("months", "期限", unit="月"),
        Column("starts_on", "开始日期", "date"),
        Column("ends_on", "结束日期", "date", meaning="批准延期的为延期后的日期"),
        Column("notice_number", "公示编号", source="notice"),
        Column("call_number", "申报通知文号", source="proposal__call__number"),
    ),
    touches=(
        Touch(Project),
        Touch(Proposal, "proposal"),
        Touch(ProjectChange, "changes"),
        Touch(ProjectCall, "proposal__call"),
        Touch(IndustryChain, "chain"),
        *names_of("institute"),
    ),
)

PROJECT_CALLS = Dataset(
    name="project-calls",
    title="联合攻关专项申报通知",
    about="已发布的联合攻关专项申报通知、受理时间和资金额度。机器可读的申请机会另见 CommonGrants 格式。",
    keywords=("联合攻关", "申报", "通知"),
    clause="四(六)",
    key=("number",),
    rows=lambda on: ProjectCall.objects.published().order_by("opens_at", "pk"),
    columns=(
        Column("number", "文号"),
        Column("title", "标题"),
        columns.year("年度"),
        Column("guide", "年度指南", source="guide__title"),
        Column("opens_at", "受理开始", "datetime"),
        Column("closes_at", "受理截止", "datetime", meaning="延期的为延期后的截止时间"),
        Column("first_closes_at", "首次公布的截止", "datetime"),
        columns.yuan("budget", "资金额度", meaning="本批可安排的专项资金", clause="四(六)"),
        Column("published_at", "发布时间", "datetime"),
        Column("url", "网页", source="pk", make=lambda key: absolute("projects:project-call", key)),
    ),
    touches=(Touch(ProjectCall),),
)
