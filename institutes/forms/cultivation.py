"""What a county says about the enterprises in its pool, what was done for them; lists from a spreadsheet; filters."""

import django_filters
from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import ModelChoiceFilter, SortFilter, YearFilter
from accounts.forms.registration import UsccField
from accounts.selectors import recommending_divisions
from institutes import selectors
from institutes.enums import PoolState
from institutes.forms.chains import PAPERS, PREVIEW, XLSX, day_field
from institutes.models import ChainSegment, CultivationEntry, IndustryChain
from institutes.services.cultivation import Candidate
from records import clock

LAST_YEAR_OF_CHOICE = 2100


class EntryForm(forms.Form):
    """An enterprise: one that is registered in the county, or by its name and credit code."""

    organisation = forms.ModelChoiceField(
        queryset=None,
        label=_("已注册企业"),
        required=False,
        empty_label=_("尚未注册，填写名称和代码"),
        help_text=_("只列本县（市、区）已注册的企业；选定后不需填写名称和代码。"),
        widget=forms.Select(attrs={"data-searchable": ""}),
    )
    name = forms.CharField(label=_("企业名称"), max_length=100, required=False)
    uscc = UsccField(required=False, help_text=_("18 位，见营业执照。"))
    chain = forms.ModelChoiceField(selectors.public_chains(), label=_("产业链"), empty_label=_("请选择"))
    segment = forms.ModelChoiceField(
        ChainSegment.objects.none(),
        label=_("环节"),
        required=False,
        empty_label=_("暂不确定"),
        widget=forms.Select(attrs={"data-searchable": ""}),
    )
    direction = forms.CharField(
        label=_("培育方向"), max_length=200, help_text=_("拟组建的研究院面向什么技术或产业方向。")
    )
    intended_year = forms.IntegerField(
        label=_("拟申报年度"), min_value=2022, max_value=LAST_YEAR_OF_CHOICE, help_text=_("四位年份。")
    )
    contact_person = forms.CharField(label=_("联系人"), max_length=50)
    contact_phone = forms.CharField(
        label=_("联系电话"), max_length=30, help_text=_("加密保存，只有本县（市、区）看得到全部。")
    )
    grounds = forms.CharField(
        label=_("入库理由"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("企业规模、产业链地位、研发基础、共建意向；提请入库前必填。"),
    )

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.division = selectors.division_to_propose_for(user) if user else None
        self.fields["organisation"].queryset = selectors.enterprises_in(self.division)
        self.fields["segment"].queryset = ChainSegment.objects.active().select_related("chain")
        self.fields["intended_year"].initial = clock.today().year + 1

    def clean(self):
        cleaned = super().clean()
        if chosen := cleaned.pop("organisation", None):
            return cleaned | {"name": chosen.name, "uscc": chosen.uscc}
        for name, words in (("name", _("请填写企业名称。")), ("uscc", _("请填写统一社会信用代码。"))):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, words)
        return cleaned


class MeasureForm(forms.Form):
    done_on = day_field(_("帮扶日期"))
    what = forms.CharField(
        label=_("帮扶措施"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("做了什么，解决了什么问题。"),
    )
    provider = forms.CharField(
        label=_("办理单位或人员"), max_length=100, help_text=_("哪个部门、机构或专家。")
    )
    file = forms.FileField(label=_("佐证材料"), required=False, widget=forms.ClearableFileInput(attrs=PAPERS))


# --- lists from a spreadsheet -----------------------------------------------------------------------------------------


class PoolFileForm(forms.Form):
    """The first step of an import: the file alone."""

    file = forms.FileField(
        label=_("填好的表格"),
        help_text=_("使用本页的模板，每行一家企业；有一处错误就整份不导入。"),
        widget=forms.ClearableFileInput(attrs=XLSX),
    )


class ConfirmPoolForm(forms.Form):
    """The second step: what was read and shown, signed for this person and this county."""

    candidates = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, division, user, **kwargs):
        self.salt = f"institutes.pool-import.{division.pk}.{user.pk}"
        super().__init__(*args, **kwargs)

    def sign(self, candidates) -> "ConfirmPoolForm":
        """Carry what was read along to the confirmation."""
        rows = [
            one.columns() | {"chain": one.chain.pk, "segment": one.segment and one.segment.pk}
            for one in candidates
        ]
        self.initial["candidates"] = signing.dumps(rows, salt=self.salt, compress=True)
        return self

    def clean_candidates(self) -> list[Candidate]:
        try:
            rows = signing.loads(self.cleaned_data["candidates"], salt=self.salt, max_age=PREVIEW)
        except signing.BadSignature as error:
            raise forms.ValidationError(_("预览已失效，请重新选择文件。")) from error
        chains = {chain.pk: chain for chain in IndustryChain.objects.all()}
        segments = {segment.pk: segment for segment in ChainSegment.objects.all()}
        return [
            Candidate(**row | {"chain": chains[row["chain"]], "segment": segments.get(row["segment"])})
            for row in rows
        ]


# --- lists ------------------------------------------------------------------------------------------------------------


class PoolFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("企业、代码或培育方向"), method="search")
    state = django_filters.ChoiceFilter(label=_("阶段"), choices=PoolState.choices, empty_label=_("全部"))
    chain = ModelChoiceFilter(
        label=_("产业链"), queryset=lambda request: IndustryChain.objects.all(), empty_label=_("全部")
    )
    year = YearFilter(label=_("拟申报年度"), field_name="intended_year")
    registered = django_filters.ChoiceFilter(
        label=_("平台注册"),
        choices=[("yes", _("已注册")), ("no", _("未注册"))],
        method="of_registered",
        empty_label=_("全部"),
    )
    overdue = django_filters.ChoiceFilter(
        label=_("帮扶"), choices=[("yes", _("逾期未帮扶、未办理"))], method="late", empty_label=_("全部")
    )
    division = ModelChoiceFilter(
        label=_("县（市、区）"), queryset=lambda request: recommending_divisions(), empty_label=_("全部")
    )
    sort = SortFilter(
        fields={
            "name": "name",
            "division__code": "division",
            "intended_year": "year",
            "last_measure_on": "measure",
            "due_on": "due",
        },
        widget=forms.HiddenInput,
    )

    class Meta:
        model = CultivationEntry
        fields = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.request and not self.request.user.holds(*selectors.CITY_READERS):
            del self.filters["division"]  # a county has one pool: its own

    def search(self, rows, name, value):
        return selectors.search_entries(rows, value)

    def of_registered(self, rows, name, value):
        return rows.filter(unit_id__isnull=value != "yes")

    def late(self, rows, name, value):
        return rows.filter(due_on__lt=clock.today())
