"""What a unit says about what its institute brought about, what county and bureau say to it; filters of the list."""

from collections.abc import Mapping
from decimal import Decimal

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import ModelChoiceFilter, SortFilter, YearFilter, offer
from accounts.forms.registration import UsccField
from accounts.selectors import recommending_divisions
from institutes import selectors
from institutes.book.rules.plan import TARGETS
from institutes.enums import AchievementFile, AchievementKind, AchievementState, HintFinding
from institutes.enums.projects import ProjectLevel, ProjectPart
from institutes.forms.chains import PAPERS, day_field
from institutes.forms.files import ManyFilesField, ManyFilesInput
from institutes.models import Achievement, IndustryChain, Institute
from institutes.selectors import achievements as reads
from records import clock
from records.amounts import WAN, in_wan
from records.desk import MoveForm

TEXT = forms.Textarea(attrs={"rows": 4})
NOTE = forms.Textarea(attrs={"rows": 2})
AMOUNT = {"max_digits": 14, "decimal_places": 2, "required": False}
OTHER = AchievementFile.OTHER.value
BOXES = ("number", "amount", "quantity")
PROJECT_BOXES = ("level", "programme", "part", "ends_on")


class WanField(forms.DecimalField):
    """Yuan, typed in 万元."""

    unit = _("万元")

    def __init__(self, **kwargs):
        super().__init__(max_digits=12, decimal_places=6, **kwargs)

    def prepare_value(self, value):
        return in_wan(value).replace(",", "") if isinstance(value, Decimal) else value

    def clean(self, value):
        amount = super().clean(value)
        return None if amount is None else (amount * WAN).quantize(Decimal("0.01"))


def _evidence_field(kind: AchievementFile) -> forms.FileField:
    if kind == OTHER:
        return ManyFilesField(label=kind.label, required=False, widget=ManyFilesInput(attrs=dict(PAPERS)))
    return forms.FileField(label=kind.label, required=False, widget=forms.ClearableFileInput(attrs=PAPERS))


EvidenceFields = type(
    "EvidenceFields",
    (forms.Form,),
    {f"file_{kind.value}": _evidence_field(kind) for kind in AchievementFile},
)
"""A box for each kind of file that may prove an achievement."""


class AchievementForm(EvidenceFields):  # type: ignore[valid-type,misc]
    """What is entered. Of the boxes a page shows those that the kind asks for; the service says what is missing."""

    institute = forms.ModelChoiceField(Institute.objects.none(), label=_("研究院"), empty_label=_("请选择"))
    kind = forms.ChoiceField(label=_("成果类型"), choices=AchievementKind.choices)
    title = forms.CharField(
        label=_("成果名称"), max_length=100, help_text=_("与证明材料一致，写到技术或型号，不写“其他”“一批”。")
    )
    achieved_on = day_field(
        _("取得日期"), help_text=_("以证明材料的日期为准，例如授权公告日、合同签订日；按此计入年度。")
    )
    number = forms.CharField(label=_("编号"), max_length=60, required=False)
    partner_name = forms.CharField(
        label=_("合作单位"), max_length=100, required=False, help_text=_("与营业执照或法人证书一致。")
    )
    partner_uscc = UsccField(required=False, help_text=_("18 位；境外单位没有代码的留空。"))
    amount = forms.DecimalField(label=_("金额（元）"), **AMOUNT)
    quantity = forms.IntegerField(label=_("数量"), min_value=0, max_value=1_000_000, required=False)
    level = forms.ChoiceField(
        label=_("项目级别"), choices=[("", _("请选择")), *ProjectLevel.choices], required=False
    )
    programme = forms.CharField(
        label=_("计划类别"), max_length=100, required=False, help_text=_("例如“省级重点研发计划”。")
    )
    part = forms.ChoiceField(
        label=_("承担方式"), choices=[("", _("请选择")), *ProjectPart.choices], required=False
    )
    ends_on = forms.DateField(
        label=_("结束日期"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("任务书载明的实施期截止日期。"),
    )
    description = forms.CharField(
        label=_("情况说明"),
        max_length=2000,
        required=False,
        widget=TEXT,
        help_text=_("解决了什么问题、达到什么指标、谁在使用；供县、市核实和查重比对。"),
    )
    field_order = (
        "institute", "kind", "title", "achieved_on", "number", "partner_name", "partner_uscc", "amount",
        "quantity", *PROJECT_BOXES, "description", *(f"file_{kind.value}" for kind in AchievementFile),
    )  # fmt: skip

    def __init__(self, *args, user=None, kind="", achievement: Achievement | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.achievement = achievement
        own = reads.institutes_to_achieve(user) if user else Institute.objects.none()
        self.fields["institute"].queryset = own
        if achievement is not None:
            del self.fields["institute"], self.fields["kind"]
            self._ask_for(achievement.terms)
        elif kind:
            self.initial["kind"], self.fields["kind"].widget = kind, forms.HiddenInput()
            self._ask_for(reads.kinds_in(reads.achievement_edition(clock.today()))[kind])

    def _ask_for(self, terms: Mapping) -> None:
        """On a page the kind is chosen first, and only its boxes are shown, called by what they hold."""
        asked = {f"file_{row['code']}" for row in terms["evidence"]} | {f"file_{OTHER}"}
        for name in [name for name in self.fields if name.startswith("file_") and name not in asked]:
            del self.fields[name]
        for name in asked - {f"file_{OTHER}"}:
            self.fields[name].help_text = _("送单位管理员之前须上传；再次上传的替换前一份。")
        for name in BOXES:
            self._call(name, terms[f"{name}_label"])
        self._call("partner_name", terms["partner_label"], required=terms["partner_required"])
        by_partner = terms["mark_from"] == "partner"
        for name in PROJECT_BOXES:
            asked_too = name in terms.get("asks", ())
            self._call(name, self.fields[name].label if asked_too else "", required=asked_too)
        if "day_label" in terms:
            self.fields["achieved_on"].label = terms["day_label"]
        self._call("partner_uscc", terms["partner_label"] and _("统一社会信用代码"), required=by_partner)
        if "number" in self.fields:
            self.fields["number"].required = terms["number_required"]
            example = terms["number_example"]
            self.fields["number"].help_text = (
                _("例如 %s。") % example if example else _("没有编号的留空；有编号的凭编号查重。")
            )
        if "quantity" in self.fields:
            self.fields["quantity"].unit, self.fields["quantity"].required = terms["quantity_unit"], True
        if "amount" in self.fields:
            self.fields["amount"].required = True

    def _call(self, name: str, label: str, *, required: bool = False) -> None:
        """Call a box by what it holds, or leave it out where the kind does not ask for it."""
        if label:
            self.fields[name].label, self.fields[name].required = label, required
        else:
            del self.fields[name]

    def clean(self):
        cleaned = super().clean()
        files = {name: cleaned.pop(name) for name in list(cleaned) if name.startswith("file_")}
        cleaned["files"] = {name.removeprefix("file_"): file for name, file in files.items() if file}
        return cleaned


class AchievementPageForm(AchievementForm):
    """The same for people, who type money in 万元."""

    amount = WanField(label=_("金额"), required=False, min_value=0)


# --- county and bureau ------------------------------------------------------------------------------------------------


class HintsForm(MoveForm):
    """An answer to each achievement that may be the same: which, and why."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.hints = list(reads.suspected_twins_of(self.subject)) if self.subject else []
        for hint in self.hints:
            words = _("与“%(other)s”（%(institute)s）") % {
                "other": hint.other.title,
                "institute": hint.other.institute,
            }
            self.fields[f"hint_{hint.pk}"] = forms.ChoiceField(
                label=words, choices=HintFinding.choices, widget=forms.RadioSelect
            )
            self.fields[f"note_{hint.pk}"] = forms.CharField(
                label=_("比对依据"), max_length=500, widget=NOTE, help_text=_("对照了什么，为什么是或不是。")
            )

    def clean(self):
        cleaned = super().clean()
        cleaned["answers"] = {
            hint.pk: (cleaned.pop(f"hint_{hint.pk}", ""), cleaned.pop(f"note_{hint.pk}", ""))
            for hint in self.hints
        }
        return cleaned


class CountyVerifyForm(HintsForm):
    opinion = forms.CharField(
        label=_("县级核实意见"),
        max_length=1000,
        widget=TEXT,
        help_text=_("到现场或向合作单位核实了哪些情况；单位和市科技局可以看到。"),
    )


class VerifyForm(HintsForm):
    opinion = forms.CharField(
        label=_("市级核实意见"),
        max_length=1000,
        required=False,
        widget=TEXT,
        help_text=_("核对了哪些材料；没有需要说明的留空。"),
    )


class AnnulmentForm(MoveForm):
    grounds = forms.CharField(
        label=_("撤销的事实和依据"),
        max_length=1000,
        widget=TEXT,
        help_text=_("哪份材料不实、如何查明；批准撤销后告知单位。"),
    )


# --- the list ---------------------------------------------------------------------------------------------------------


def _institutes(request):
    seen = selectors.institutes_visible_to(request.user) if request else Institute.objects.none()
    return seen.order_by("name")


class AchievementFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("名称、编号、合作单位或研究院"), method="search")
    state = django_filters.ChoiceFilter(
        label=_("状态"), choices=AchievementState.choices, empty_label=_("全部")
    )
    kind = django_filters.ChoiceFilter(
        label=_("类型"), choices=AchievementKind.choices, empty_label=_("全部")
    )
    division = ModelChoiceFilter(
        label=_("归口"), queryset=lambda request: recommending_divisions(), empty_label=_("全部")
    )
    chain = ModelChoiceFilter(
        label=_("产业链"),
        field_name="institute__chain",
        queryset=lambda request: IndustryChain.objects.all(),
        empty_label=_("全部"),
    )
    year = YearFilter(label=_("取得年度"), field_name="achieved_on", lookup_expr="year")
    institute = ModelChoiceFilter(label=_("研究院"), queryset=_institutes, empty_label=_("全部"))
    task = django_filters.ChoiceFilter(
        label=_("主要任务"), choices=[], method="of_task", empty_label=_("全部")
    )
    counted = django_filters.ChoiceFilter(
        label=_("是否计入"),
        choices=[("yes", _("已计入")), ("no", _("未计入"))],
        method="of_counted",
        empty_label=_("全部"),
    )
    goal = django_filters.ChoiceFilter(
        label=_("全市目标"),
        choices=[("achievements", _("新技术、新产品、杀手锏产品")), ("transfers", _("转化科技成果"))],
        field_name="terms__toward",
        empty_label=_("全部"),
    )
    target = django_filters.ChoiceFilter(
        label=_("建设目标"), choices=list(TARGETS.items()), method="of_target", empty_label=_("全部")
    )
    level = django_filters.ChoiceFilter(
        label=_("项目级别"), choices=ProjectLevel.choices, empty_label=_("全部")
    )
    source = django_filters.ChoiceFilter(
        label=_("来源"),
        choices=[("project", _("来自联合攻关项目"))],
        method="of_source",
        empty_label=_("全部"),
    )
    sort = SortFilter(
        fields={
            "title": "title",
            "achieved_on": "achieved",
            "division__code": "division",
            "drafted_at": "drafted",
            "due_on": "due",
        },
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Achievement
        fields = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offer(self, "task", reads.task_labels(clock.today()).items())

    def of_source(self, rows, name, value):
        return rows.exclude(source_number="")

    def search(self, rows, name, value):
        return reads.search_achievements(rows, value)

    def of_task(self, rows, name, value: str):
        return rows.filter(terms__task=value)

    def of_target(self, rows, name, value: str):
        return rows.filter(terms__targets__contains=[value])

    def of_counted(self, rows, name, value):
        verified = Achievement.objects.verified().order_by().values("pk")
        return rows.filter(pk__in=verified) if value == "yes" else rows.exclude(pk__in=verified)
