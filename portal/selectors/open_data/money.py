"""Money that was issued: award by award, and in sum by county. Nothing of it before it has its document number."""

from datetime import date
from decimal import Decimal

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import ExtractYear

from funding.enums import PAID_STATES, SENT_STATES, GrantKind, Programme, programme_of
from funding.models import AllocationPlan, Award, Disbursement
from portal.selectors.open_data import columns
from portal.selectors.open_data.recognition import names_of
from portal.selectors.open_data.shape import Column, Dataset, Touch
from projects.models import Project

_ISSUED = Q(state__in=SENT_STATES, issued_on__isnull=False)


def issued_disbursements() -> QuerySet[Disbursement]:
    """Instalments that were jointly issued under a document number and neither returned nor voided since."""
    return Disbursement.objects.filter(_ISSUED)


def issued_awards() -> QuerySet:
    """Awards of which at least one instalment was issued, with what was issued and paid of them so far."""
    issued = Q(disbursements__state__in=SENT_STATES, disbursements__issued_on__isnull=False)
    rows = Award.objects.filter(Exists(issued_disbursements().filter(award=OuterRef("pk"))))
    return rows.annotate(
        issued=Sum("disbursements__amount", filter=issued),
        issued_on=Min("disbursements__issued_on", filter=issued),
        last_paid_on=Max("disbursements__paid_on", filter=Q(disbursements__state__in=PAID_STATES)),
        document=Min("disbursements__plan__document_number", filter=issued),
    )


def _awards(on: date) -> QuerySet:
    return issued_awards().order_by("issued_on", "number")


def _payments(on: date) -> QuerySet:
    rows = issued_disbursements().annotate(
        year=ExtractYear("issued_on"),
        code=F("division__code"),
        county=F("division__name"),
        kind=F("award__kind"),
    )
    groups = rows.values("year", "code", "county", "kind").annotate(
        instalments=Count("pk"),
        issued=Sum("amount"),
        paid=Sum("amount", filter=Q(state__in=PAID_STATES), default=Decimal(0)),
    )
    return groups.order_by("year", "code", "kind")


def _programme(kind: str) -> str:
    return programme_of(kind).value


_KIND = Column("kind", "资金类别", choices=GrantKind, clause="四(三)、四(四)、四(五)、四(六)")
_PROGRAMME = Column("programme", "专项", source="kind", choices=Programme, make=_programme)
_LINES = (Touch(Award), Touch(Disbursement, "disbursements"), Touch(AllocationPlan, "disbursements__plan"))

AWARDS = Dataset(
    name="awards",
    title="奖补资金",
    about="已联合下达的每一笔奖补资金：金额、类别、研究院、县（市、区）。未下达的、放弃的、失效的不在其中；不含收款账户。",
    keywords=("奖补资金", "建设资金", "后补助", "联合攻关"),
    clause="四(三)—四(六)",
    key=("number",),
    rows=_awards,
    columns=(
        Column("number", "资金编号"),
        _KIND,
        _PROGRAMME,
        Column("year", "首次下达年度", "year", source="issued_on", make=lambda day: day.year),
        columns.institute(),
        columns.certificate("recognition__certificate_number"),
        columns.host(meaning="批准时的依托单位，也是收款单位"),
        *columns.county(),
        columns.yuan("amount", "批准金额"),
        columns.yuan("issued", "已下达", meaning="已下达各期之和，退汇、作废的不计"),
        columns.yuan("paid", "已拨付到企", meaning="已付到单位账户的各期之和"),
        Column("document_number", "下达文号", source="document", meaning="首次下达的文号"),
        Column("issued_on", "首次下达日期", "date"),
        Column("last_paid_on", "最近到企日期", "date", required=False),
        Column(
            "project_number", "联合攻关项目编号", source="project__number", required=False, clause="四(六)"
        ),
        Column("clause", "政策依据", source="citation"),
    ),
    touches=(*_LINES, *names_of("institute")),
)

PAYMENTS = Dataset(
    name="payments-by-county",
    title="资金拨付（按县、年度、类别汇总）",
    about="各县（市、区）每年已下达和已拨付到企的资金，按类别汇总。按下达日期归入年度。",
    keywords=("资金拨付", "县级", "汇总"),
    clause="五(二)",
    key=("year", "county_code", "kind"),
    rows=_payments,
    tells_news=False,
    columns=(
        columns.year("年度"),
        Column("county_code", "县（市、区）代码", source="code"),
        Column("county", "县（市、区）"),
        _KIND,
        _PROGRAMME,
        columns.count("instalments", "笔数", unit="笔"),
        columns.yuan("issued", "已下达"),
        columns.yuan("paid", "已拨付到企"),
    ),
    touches=(Touch(Award), Touch(Disbursement), Touch(AllocationPlan), Touch(Project)),
)
