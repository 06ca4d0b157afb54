"""Institutes, the acts that recognised them, and the calls by which one applies."""

from datetime import date

from django.db.models import Case, CharField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from accounts.models import Organisation
from institutes.enums import CallKind, Standing
from institutes.enums.provincial import Level
from institutes.models import (
    Application,
    Call,
    CertificateBatch,
    Change,
    EarlierRecognition,
    IndustryChain,
    Institute,
    ProvincialFiling,
    Recognition,
    Revocation,
    Suspension,
)
from portal.selectors.open_data import columns
from portal.selectors.open_data.addresses import absolute
from portal.selectors.open_data.shape import Column, Dataset, Touch, joined


def names_of(institute: str) -> tuple[Touch, ...]:
    """What may give another name to the institute that rows reach by this path, or to its host."""
    above = f"{institute}__" if institute else ""
    return (
        Touch(Institute, institute or "pk"),
        Touch(Change, f"{above}changes"),
        Touch(Organisation, f"{above}host"),
    )


def _standing(recognition: str = "") -> Case:
    """How a recognition stands, as :attr:`Recognition.standing` says of one."""
    ends = {
        "revoked_at": Standing.REVOKED,
        "withdrawn_at": Standing.WITHDRAWN,
        "suspended_at": Standing.SUSPENDED,
    }
    cases = [
        When(**{f"{recognition}{stamp}__isnull": False}, then=Value(standing.value))
        for stamp, standing in ends.items()
    ]
    return Case(*cases, default=Value(Standing.IN_FORCE.value), output_field=CharField())


def _since(recognition: str = "") -> Coalesce:
    return Coalesce(*(f"{recognition}{stamp}_at" for stamp in ("revoked", "withdrawn", "suspended")))


def _institutes(on: date) -> QuerySet:
    filings = ProvincialFiling.objects.recognised().filter(institute=OuterRef("pk"))
    rows = Institute.objects.filter(recognition__isnull=False).annotate(
        stands=_standing("recognition__"),
        stands_since=_since("recognition__"),
        province=Subquery(filings.values("document_number")[:1]),
    )
    return rows.order_by("recognition__year", "recognition__sequence")


def _recognitions(on: date) -> QuerySet:
    rows = Recognition.objects.annotate(
        stands=_standing(),
        stands_since=_since(),
        applicant=Coalesce("application__host__name", "earlier__host__name"),
        code=Coalesce("application__division__code", "earlier__division__code"),
        county=Coalesce("application__division__name", "earlier__division__name"),
        document=Coalesce("batch__number", "earlier__document_number"),
    )
    return rows.order_by("year", "sequence")


_STANDING = Column(
    "standing", "认定状态", source="stands", choices=Standing, meaning="有效、暂停、退出或撤销"
)
_SINCE = Column(
    "standing_since", "状态自", "datetime", source="stands_since", required=False, meaning="有效的为空"
)

INSTITUTES = Dataset(
    name="institutes",
    title="市级产业技术研究院名录",
    about="全部经认定的市级产业技术研究院，含已暂停、退出、撤销的，以状态区分。不含院长、联系人等个人信息。",
    keywords=("研究院", "名录", "产业链"),
    clause="四(二)",
    key=("certificate_number",),
    rows=_institutes,
    columns=(
        columns.certificate("recognition__certificate_number"),
        columns.institute("name"),
        columns.host(),
        Column("host_uscc", "依托单位统一社会信用代码", source="host__uscc", meaning="GB 32100"),
        *columns.county(),
        columns.chain(),
        Column(
            "co_builders",
            "共建单位",
            required=False,
            make=joined,
            meaning="多个单位以“；”分隔",
            clause="二(三)1",
        ),
        Column("recognised_on", "认定日期", "date", source="recognition__recognised_on"),
        _STANDING,
        _SINCE,
        Column(
            "level",
            "级别",
            source="province",
            choices=Level,
            make=lambda number: Level.PROVINCIAL.value if number else Level.MUNICIPAL.value,
            clause="四(五)",
        ),
        Column("provincial_document", "省级认定文号", source="province", required=False, clause="四(五)"),
        Column("build_from", "建设期开始", "date", required=False),
        Column("build_to", "建设期结束", "date", required=False),
        Column("url", "网页", source="pk", make=lambda key: absolute("directory-institute", key)),
    ),
    touches=(
        *names_of(""),
        Touch(Recognition, "recognition"),
        Touch(Application, "recognition__application"),
        Touch(EarlierRecognition, "recognition__earlier"),
        Touch(Suspension, "suspensions"),
        Touch(Revocation, "revocations"),
        Touch(ProvincialFiling, "filings"),
        Touch(IndustryChain, "chain"),
    ),
)

RECOGNITIONS = Dataset(
    name="recognitions",
    title="历年认定",
    about="每一次认定：证书编号、年度、日期、当时的申报单位和归口县（市、区）、认定通知文号，以及现在的状态。公示期满无异议才认定。",
    keywords=("认定", "证书"),
    clause="四(二)",
    key=("certificate_number",),
    rows=_recognitions,
    columns=(
        columns.certificate("certificate_number"),
        columns.institute(),
        columns.year("认定年度", meaning="自该年度起享受扶持政策", clause="四(二)"),
        Column("recognised_on", "认定日期", "date"),
        Column("applicant", "申报单位", meaning="认定时的依托单位"),
        Column("county_code", "县（市、区）代码", source="code", meaning="认定时的归口县（市、区）"),
        Column("county", "县（市、区）", meaning="认定时的归口县（市、区）"),
        Column("document_number", "认定通知文号", source="document", required=False),
        Column(
            "call_number",
            "申报通知文号",
            source="application__call__number",
            required=False,
            meaning="本平台启用前认定的为空",
        ),
        _STANDING,
        _SINCE,
    ),
    touches=(
        *names_of("institute"),
        Touch(Recognition),
        Touch(Application, "application"),
        Touch(Call, "application__call"),
        Touch(EarlierRecognition, "earlier"),
        Touch(CertificateBatch, "batch"),
        Touch(Suspension, "institute__suspensions"),
        Touch(Revocation, "institute__revocations"),
        Touch(Organisation, "application__host"),
    ),
)

CALLS = Dataset(
    name="calls",
    title="认定申报通知",
    about="已发布的认定申报通知及其受理时间。机器可读的申请机会另见 CommonGrants 格式。",
    keywords=("申报", "通知"),
    clause="四(二)",
    key=("number",),
    rows=lambda on: Call.objects.published().order_by("opens_at", "pk"),
    columns=(
        Column("number", "文号"),
        Column("title", "标题"),
        Column("kind", "类别", choices=CallKind),
        columns.year("年度"),
        Column("opens_at", "受理开始", "datetime"),
        Column("closes_at", "受理截止", "datetime", meaning="延期的为延期后的截止时间"),
        Column("first_closes_at", "首次公布的截止", "datetime"),
        Column("published_at", "发布时间", "datetime"),
        Column("url", "网页", source="pk", make=lambda key: absolute("institutes:call", key)),
    ),
    touches=(Touch(Call),),
)
