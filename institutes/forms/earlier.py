"""What the bureau enters of an institute from before the portal; the filter of the list."""

from decimal import Decimal, InvalidOperation

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import ModelChoiceFilter, SortFilter
from accounts.models import Organisation
from accounts.selectors import recommending_divisions
from institutes.enums.earlier import EarlierFile, EarlierState
from institutes.forms.chains import PAPERS
from institutes.forms.rows import Column, RowsField
from institutes.models import ChainSegment, EarlierRecognition, IndustryChain
from institutes.selectors.above import measures_on
from institutes.selectors.earlier import hosts_to_enter, search_earlier
from institutes.services.earlier import FACTS
from records import clock

YEARS = ("y1", "y2", "y3")
CENT = Decimal("0.01")


def _day(label, **more) -> forms.DateField:
    box = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "off"})
    return forms.DateField(label=label, widget=box, **more)


def _file(kind: EarlierFile) -> forms.FileField:
    return forms.FileField(
        label=kind.label,
        required=False,
        widget=forms.ClearableFileInput(attrs=PAPERS),
        help_text=_("送确认前须上传；再次上传替换原来的。"),
    )


class _SegmentField(forms.ModelChoiceField):
    def label_from_instance(self, segment):
        return f"{segment.chain}·{segment.name}"


class EarlierForm(forms.Form):
    host = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("依托单位"),
        empty_label=_("请选择"),
        widget=forms.Select(attrs={"data-searchable": ""}),
        help_text=_("须先在本平台注册并经县级确认；归口为其所属县（市、区）。"),
    )
    institute_name = forms.CharField(label=_("研究院名称"), max_length=60)
    chain = forms.ModelChoiceField(IndustryChain.objects.none(), label=_("产业链"), empty_label=_("请选择"))
    segment = _SegmentField(
        ChainSegment.objects.none(), label=_("产业链环节"), required=False, empty_label=_("未明确")
    )
    recognised_on = _day(_("认定日期"))
    document_number = forms.CharField(label=_("认定文件文号"), max_length=80)
    certificate_number = forms.CharField(
        label=_("证书编号"),
        max_length=40,
        help_text=_("没有证书的，填认定文件中的序号，例如“石科〔2021〕5号-3”。"),
    )
    director = forms.CharField(label=_("院长"), max_length=50, required=False)
    co_builders = forms.CharField(
        label=_("共建单位"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("一行一家。"),
    )
    build_from = _day(_("建设期起"), required=False)
    build_to = _day(_("建设期止"), required=False, help_text=_("尚未验收的必填，到期前提醒申请验收。"))
    accepted_on = _day(_("验收通过日期"), required=False, help_text=_("尚未验收的留空。"))
    acceptance_document = forms.CharField(label=_("验收文件文号"), max_length=80, required=False)
    evaluated_through = forms.IntegerField(
        label=_("最近一次绩效评价的周期止年"),
        required=False,
        min_value=2000,
        max_value=2100,
        help_text=_("例如评价 2020—2022 年的填 2022；没有评价过的留空，评估周期自验收次年起算。"),
    )
    figures_from = forms.IntegerField(
        label=_("启用前数据的第一年"),
        required=False,
        min_value=2000,
        max_value=2100,
        help_text=_("本轮评估周期中没有在本平台填报的年度，从哪一年起填；都已在本平台填报的留空。"),
    )
    figures = RowsField(
        label=_("启用前数据"),
        required=False,
        least=0,
        help_text=_(
            "按年度填已核实的合计数，由评价时引用；增长类指标填当年人数；没有的填 0，不在周期内的留空。"
        ),
        columns=tuple(
            Column(code, label, required=False, longest=16)
            for code, label in zip(YEARS, (_("第一年"), _("第二年"), _("第三年")), strict=True)
        ),
    )
    note = forms.CharField(
        label=_("说明"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    file_earlier_recognition = _file(EarlierFile.RECOGNITION)
    file_earlier_acceptance = _file(EarlierFile.ACCEPTANCE)

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["host"].queryset = hosts_to_enter()
        self.fields["chain"].queryset = IndustryChain.objects.active()
        self.fields["figures"].set_fixed(
            [
                (one.code, f"{one.label}（{one.unit}）" if one.unit else one.label)
                for one in measures_on(clock.today())
            ]
        )
        segments = ChainSegment.objects.filter(is_active=True).select_related("chain")
        self.fields["segment"].queryset = segments.order_by("chain", "order", "pk")

    def clean_co_builders(self) -> list[str]:
        lines = (line.strip() for line in self.cleaned_data["co_builders"].splitlines())
        return list(dict.fromkeys(line[:100] for line in lines if line))

    def clean(self):
        cleaned = super().clean()
        first = cleaned.pop("figures_from", None)
        cleaned["figures"] = self._figures(first, cleaned.get("figures") or [])
        files = {name: cleaned.pop(name) for name in list(cleaned) if name.startswith("file_")}
        cleaned["files"] = {name.removeprefix("file_"): file for name, file in files.items() if file}
        return cleaned

    def _figures(self, first: int | None, rows: list[dict]) -> list[dict]:
        """Each box with a number, as the service takes it."""
        found, labels = [], dict(self.fields["figures"].fixed)
        for row in rows:
            for place, code in enumerate(YEARS):
                if not (typed := row[code].replace(",", "").replace("，", "")):
                    continue
                if (value := _number(typed)) is None:
                    label = labels.get(row["item"], row["item"])
                    self.add_error("figures", _("{label}：请填数字，最多两位小数。").format(label=label))
                elif first is None:
                    self.add_error("figures_from", _("请填写启用前数据的第一年。"))
                    return []
                else:
                    found.append({"code": row["item"], "year": first + place, "value": str(value)})
        return found


def _number(typed: str) -> Decimal | None:
    try:
        value = Decimal(typed)
    except InvalidOperation:
        return None
    return value.quantize(CENT) if value.is_finite() and value == round(value, 2) else None


def stored(earlier: EarlierRecognition) -> dict:
    """What a draft says now, as its form takes it."""
    said = {name: getattr(earlier, name) for name in FACTS}
    first = min((one["year"] for one in earlier.figures), default=None)
    grid: dict[str, dict[str, str]] = {}
    for one in earlier.figures:
        row = grid.setdefault(one["code"], {"item": one["code"]} | dict.fromkeys(YEARS, ""))
        row[YEARS[one["year"] - first]] = one["value"]
    said |= {"figures_from": first, "figures": list(grid.values())}
    said |= {"host": earlier.host_id, "chain": earlier.chain_id, "segment": earlier.segment_id}
    return said | {"co_builders": "\n".join(earlier.co_builders)}


class EarlierFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("研究院、单位、编号或文号"), method="search")
    division = ModelChoiceFilter(
        label=_("归口"), queryset=lambda request: recommending_divisions(), empty_label=_("全部")
    )
    state = django_filters.ChoiceFilter(label=_("状态"), choices=EarlierState.choices, empty_label=_("全部"))
    sort = SortFilter(
        fields={"institute_name": "name", "division__code": "division", "recognised_on": "day"},
        widget=forms.HiddenInput,
    )

    class Meta:
        model = EarlierRecognition
        fields = ()

    def search(self, rows, name, value):
        return search_earlier(rows, value)
