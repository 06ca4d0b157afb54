"""``/ui/``: every component in every state, with plainly invented content. Shown in DEBUG only."""

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import wraps
from types import SimpleNamespace

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.divisions import PLACES
from accounts.roles import Role
from portal.boards.figures import YUAN, Line, Table
from portal.boards.figures import Figure as BoardFigure
from portal.charts import Chart, Series
from portal.context_processors import Shell
from portal.selectors import public
from portal.templatetags.ui import register
from portal.tilemap import Figure, drawn
from records import clock
from records.errors import Clash, IllegalMove, NotEligible, Reason, StaleVersion

LONG_NAME = "示例高端装备与智能制造关键共性技术协同创新产业技术研究院（示例县级市示例经济技术开发区分院）"
NOON = datetime(2026, 11, 23, 6, 3, tzinfo=UTC)
KINDS = ("list", "case", "form", "decision", "confirmation", "dashboard", "public")


class GalleryForm(forms.Form):
    """One field of each sort, some required, some with help and units."""

    name = forms.CharField(label=_("研究院名称"), max_length=60, help_text=_("与章程一致，40 字以内。"))
    investment = forms.DecimalField(
        label=_("上年度研发投入"), max_digits=14, decimal_places=4, help_text=_("按上年度审计报告填写。")
    )
    founded_on = forms.DateField(
        label=_("成立日期"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    chain = forms.ChoiceField(
        label=_("所属产业链"), choices=[("", _("请选择")), ("a", _("示例产业链甲")), ("b", _("示例产业链乙"))]
    )
    form_of = forms.ChoiceField(
        label=_("组建形式"),
        choices=[("firm", _("企业牵头")), ("college", _("高校院所牵头"))],
        widget=forms.RadioSelect,
    )
    partners = forms.MultipleChoiceField(
        label=_("合作方式"),
        choices=[("lab", _("共建实验室")), ("project", _("联合攻关"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    summary = forms.CharField(label=_("建设目标"), widget=forms.Textarea, required=False)
    charter = forms.FileField(label=_("章程"), required=False, help_text=_("PDF，不超过 20 MB。"))
    promise = forms.BooleanField(label=_("承诺所填内容真实、准确、完整"))


class GalleryFilter(forms.Form):
    q = forms.CharField(
        label=_("名称或编号"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部")), ("a", _("形式审查")), ("b", _("公示"))]
    )
    county = forms.ChoiceField(
        label=_("县（市、区）"),
        required=False,
        choices=[("", _("全部")), ("c", _("长安区")), ("d", _("正定县"))],
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("退回理由"), widget=forms.Textarea, help_text=_("申报单位会看到这段文字。")
    )


class SampleShell(Shell):
    """The frame as a bureau clerk sees it."""

    memberships = (
        SimpleNamespace(
            organisation="石家庄市示例科学技术局",
            role=Role.BUREAU_CLERK,
            get_role_display=Role.BUREAU_CLERK.label,
        ),
    )
    unread = 3


def subject(name=LONG_NAME, state="formal_review", display="形式审查"):
    return SimpleNamespace(name=name, state=state, get_state_display=lambda: display, pk=1)


def offer(action, label, **more):
    given = {
        "allowed": True,
        "refusals": [],
        "form": None,
        "consequence": "",
        "primary": False,
        "danger": False,
    }
    return SimpleNamespace(action=action, label=label, url="/ui/", **{**given, **more})


def offers():
    too_early = IllegalMove(Reason("公示期满前不能认定，还剩 3 个工作日。", clause="管理办法第二条（四）"))
    return [
        offer(
            "confirm_pass",
            "通过形式审查",
            primary=True,
            consequence="申报单位和县级科技管理部门收到通知\n进入专家评审，时限 20 个工作日\n确认后不能撤回",
        ),
        offer("refresh", "登记收到纸质材料"),
        offer(
            "confirm_supplement",
            "退回补正",
            form=ReasonForm(auto_id="id_return_%s"),
            consequence="申报单位须在 5 个工作日内补正",
        ),
        offer("confirm_fail", "不予通过", form=ReasonForm(), danger=True, consequence="本次申报终止"),
        offer("recognise", "认定", allowed=False, refusals=too_early.reasons),
    ]


def events():
    return [
        {"what": "提交申报", "who": "示例科技有限公司 张示例", "at": NOON},
        {
            "what": "退回修改",
            "who": "长安区科技局 李示例",
            "at": NOON,
            "reason": "研发费用专项审计报告缺第 3 页。",
        },
        {"what": "形式审查", "who": "市科技局经办", "at": date(2026, 11, 27), "state": "now"},
        {"what": "专家评审", "state": "next"},
        {"what": "公示 5 个工作日", "state": "next"},
    ]


def refusals():
    short = NotEligible(
        Reason(
            "研发投入占比 2.7%，需 ≥ 3%，差 36 万元。",
            field="investment",
            clause="管理办法第二条（二）2",
            url="#fields",
        ),
        Reason("章程尚未上传。"),
    )
    clash = Clash("summary", "建设目标", "三年内建成中试线 2 条", "三年内建成中试线 3 条", "王示例", "14:02")
    return [short, StaleVersion("该部分已由他人保存。", clashes=[clash])]


def sample_amount() -> Decimal:
    """What the first grant in force pays; nothing where no policy is loaded."""
    return next((grant.amount for grant in public.grants(on=clock.today())), Decimal(0))


def sample_board_figures() -> list[BoardFigure]:
    """Figures of a board: overdue, due soon, money, each with what belongs to it."""
    new = BoardFigure(code="new", label="近七天新增", value=4, unit="件", url="#x")
    kept = BoardFigure(code="kept", label="超过提示期未拨", value=1, unit="笔", url="#x", tone="overdue")
    return [
        BoardFigure(
            code="overdue", label="逾期事项", value=14, unit="件", url="#x", tone="overdue", more=new
        ),
        BoardFigure(
            code="soon", label="五个工作日内到期", value=66, unit="件", url="#x", tone="soon", note="较多"
        ),
        BoardFigure(code="kept-money", label="县级到账待拨", value=200_000, unit=YUAN, url="#x", more=kept),
        BoardFigure(code="institutes", label="在册研究院", value=39, unit="家", url="#x", note="目标 50"),
    ]


def sample_rows() -> Table:
    """A table of figures: one that leads to its rows, one that nobody may open, nought, nothing."""
    open_one = BoardFigure(code="held", label="在办", value=30, url="#x")
    closed_one, nought = (
        BoardFigure(code="a", label="在办", value=12),
        BoardFigure(code="b", label="逾期", value=0, url="#x"),
    )
    lines = [
        Line("市科技局经办", (open_one, nought), url="#x"),
        Line("县级财政", (closed_one, None), note="尚未登记", tone="soon"),
    ]
    heads = ("当前办理", "在办", "逾期")
    return Table(code="sample", title="由谁办理", heads=heads, lines=lines, url="#x", url_label="全部")


def sample_charts() -> list[Chart]:
    """A chart of every kind, one of them with two series and links, one with nothing to draw."""
    years, urls = ("2023 年", "2024 年", "2025 年", "2026 年"), ("#2023", "#2024", "#2025", "#2026")
    recognised = Series(_("新认定"), (11, 14, 9, 17), urls)
    provincial = Series(_("获省级认定"), (0, 2, None, 3))
    spent = Series(_("已拨付"), (Decimal("220"), Decimal("351.5"), Decimal(480), Decimal("96.25")))
    one, two = {"unit": _("家"), "source": _("示例数据"), "head": _("年度")}, (recognised, provincial)
    steps, firms = ("提交", "县级推荐", "形式审查", "认定"), (64, 41, 38, 9)
    return [
        Chart("sample-bar", _("按年度认定"), kind="bar", categories=years, series=two, **one),
        Chart("sample-stacked", _("按年度认定（堆积）"), kind="stacked", categories=years, series=two, **one),
        Chart(
            "sample-line", _("资金拨付"), _("万元"), "line", years, (spent,), _("示例数据"), _("按拨付日期")
        ),
        Chart(
            "sample-hbar", _("按归口"), _("家"), "hbar", (LONG_NAME, "长安区"), (Series(_("家数"), (7, 3)),)
        ),
        Chart("sample-funnel", _("本年申报"), _("件"), "funnel", steps, (Series(_("件数"), firms),)),
        Chart("sample-empty", _("没有数据的图"), _("件"), "bar", ("长安区",), (Series(_("件数"), (0,)),)),
    ]


def sample_figures(step: int | Decimal) -> dict[str, Figure]:
    """Figures for most of the counties; one is unknown, some have no rows."""
    codes = sorted(PLACES)
    figures = {
        code: Figure(code, PLACES[code].name, at % 7 * step, "#x" if at % 7 else "")
        for at, code in enumerate(codes)
    }
    return figures | {
        codes[-1]: Figure(codes[-1], PLACES[codes[-1]].name, None, reason=_("不在您的查看范围"))
    }


def samples():
    """All sample content of the gallery by name."""
    granted = sample_amount()
    bad = GalleryForm({"bad-investment": "二十", "bad-form_of": "firm"}, prefix="bad")
    filled = {"good-name": LONG_NAME, "good-investment": "20", "good-form_of": "firm", "good-chain": "a"}
    good = GalleryForm(filled, prefix="good")
    rows = [
        SimpleNamespace(name=LONG_NAME, owner="示例科技有限公司", days=days, amount=amount, subject=sample)
        for days, amount, sample in [
            (-2, granted, subject()),
            (0, Decimal("1234567.89"), subject(state="supplement_requested", display="待补正")),
            (2, None, subject(state="recognised", display="已认定")),
            (9, Decimal(0), subject(state="closed_formal", display="形式审查未通过")),
            (None, Decimal(50000), subject(state="draft", display="草稿")),
        ]
    ]
    steps = [
        ("填报", "done"),
        ("县级推荐", "done"),
        ("形式审查", "now"),
        ("专家评审", "next"),
        ("公示", "next"),
    ]
    return {
        "bad": bad,
        "good": good,
        "empty_form": GalleryForm(),
        "proof_by_password": {"name": "sample_password", "by_code": False},
        "proof_by_code": {"name": "sample_code", "by_code": True},
        "filter": GalleryFilter({"state": "a"}),
        "subject": subject(),
        "offers": offers(),
        "events": events(),
        "refusals": refusals(),
        "rows": rows,
        "charts": sample_charts(),
        "map": drawn("sample", _("在册研究院"), _("家"), sample_figures(3)),
        "map_small": drawn("sample-small", _("已拨到企业"), _("万元"), sample_figures(Decimal("1204.5"))),
        "figures": sample_board_figures(),
        "figure_rows": sample_rows(),
        "page": Paginator(range(95), 20).page(2),
        "steps": [{"label": label, "state": state} for label, state in steps],
        "refused_steps": [{"label": "填报", "state": "done"}, {"label": "县级推荐", "state": "refused"}],
        "facts": [
            ("研究院名称", LONG_NAME),
            ("组建形式", "企业牵头"),
            ("批准文号", ""),
            ("网址", format_html('<a href="{}">{}</a>', "#", "示例")),
        ],
        "files": [
            {"name": "章程（示例）.pdf", "url": "#", "size": 2_500_000, "at": NOON},
            {"name": "专项审计报告.pdf", "url": "#", "size": 41_000, "at": NOON, "note": "第 2 版"},
        ],
        "sections": [
            {"label": "基本情况", "url": "#", "current": False, "state": "done", "said": "已完整"},
            {"label": "研发投入", "url": "#", "current": True, "state": "errors", "said": "2 处有误"},
            {"label": "人员与场地", "url": "#", "current": False, "state": "open", "said": "缺 3 项"},
        ],
        "tones": ["neutral", "info", "progress", "wait", "done", "soon", "refused", "overdue"],
        "amount": granted,
        "moment": NOON,
        "on": date(2026, 11, 27),
        "long_name": LONG_NAME,
        "kinds": KINDS,
        "components": sorted(register.tags),
    }


def only_in_debug(view):
    """The gallery is a tool of those who build the portal: elsewhere it does not exist."""

    @wraps(view)
    def guarded(request, **kwargs):
        if not settings.DEBUG:
            raise Http404
        return view(request, **kwargs)

    return guarded


@login_not_required
@require_safe
@only_in_debug
def gallery(request):
    """All components on one page."""
    return render(request, "portal/gallery.html", {**samples(), "shell": SampleShell(request)})


@login_not_required
@require_safe
@only_in_debug
def kind(request, kind):
    """One page of a kind, filled with samples."""
    if kind not in KINDS:
        raise Http404
    return render(request, f"portal/gallery/{kind}.html", {**samples(), "shell": SampleShell(request)})
