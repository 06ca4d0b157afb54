"""What unit, county, bureau and agency bring to a proposal, and how lists of proposals are searched."""

from decimal import Decimal, InvalidOperation

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import ModelChoiceFilter, SortFilter, YearFilter
from accounts.models import Organisation
from accounts.selectors import recommending_divisions
from institutes.enums import IntegrityResult
from institutes.forms.files import FILES, ManyFilesField, ManyFilesInput
from institutes.forms.rows import Column, RowsField
from institutes.models import IndustryChain, Institute
from projects import selectors
from projects.enums import UNDER_REVIEW, CountyStand, FormalFinding, HintFinding, ProposalState
from projects.forms import NOTE, TEXT, ReasonForm
from projects.models import ProjectCall, Proposal
from projects.services.formal import MET, UNMET
from records import clock
from records.desk import MoveForm

PICTURES = {"accept": ".pdf,.jpg,.jpeg,.png"}


class NewProposalForm(forms.Form):
    """For which of the person's institutes to propose."""

    institute = forms.ModelChoiceField(
        label=_("牵头研究院"),
        queryset=Institute.objects.none(),
        empty_label=_("请选择"),
    )

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if user is not None:
            self.fields["institute"].queryset = selectors.units_open_to(user)


class LeaderForm(forms.Form):
    """The leader's identity number; what is stored is never shown again."""

    id_number = forms.CharField(
        label=_("负责人居民身份证号码"),
        max_length=20,
        help_text=_("加密保存，页面只显示前三位和后四位；只用于核对是否有逾期未结的项目。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ProposalFilesForm(forms.Form):
    """Files of one kind. Their bytes are checked by the service."""

    kind = forms.ChoiceField(label=_("附件类别"))
    uploads = ManyFilesField(label=_("文件"), widget=ManyFilesInput(attrs={**FILES}))

    def __init__(self, *args, kinds, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds


class ProjectLookupForm(forms.Form):
    """What a look-up of the leading unit in one list brought, with the proof."""

    item = forms.ChoiceField(label=_("查询项目"))
    result = forms.ChoiceField(label=_("查询结果"), choices=IntegrityResult.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("记录内容"), required=False, max_length=500, help_text=_("存在记录时必填。")
    )
    checked_on = forms.DateField(
        label=_("查询日期"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    source = forms.CharField(label=_("查询来源"), max_length=200, help_text=_("网站、系统或出具证明的单位。"))
    evidence = forms.FileField(
        label=_("查询凭证"), widget=forms.ClearableFileInput(attrs={**PICTURES}), allow_empty_file=True
    )

    def __init__(self, *args, proposal: Proposal | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        items = proposal.call.edition.terms["lookups"] if proposal else []
        self.fields["item"].choices = [(one["code"], one["label"]) for one in items]
        self.fields["checked_on"].initial = clock.today


class HintsForm(MoveForm):
    """An answer to each proposal that reads alike: the same content or not, and why."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.likenesses = list(selectors.hints_to_answer(self.subject)) if self.subject else []
        for hint in self.likenesses:
            words = _("与“%(other)s”（%(host)s）相同 %(share)s%%") % {
                "other": hint.other,
                "host": hint.other.host,
                "share": hint.share,
            }
            self.fields[f"hint_{hint.pk}"] = forms.ChoiceField(
                label=words, choices=HintFinding.choices, widget=forms.RadioSelect
            )
            self.fields[f"note_{hint.pk}"] = forms.CharField(
                label=_("比对依据"),
                max_length=500,
                widget=NOTE,
                help_text=_("对照了哪些段落，为什么是或不是同一内容。"),
            )

    def clean(self):
        cleaned = super().clean()
        cleaned["hints"] = {
            hint.pk: (cleaned.pop(f"hint_{hint.pk}", ""), cleaned.pop(f"note_{hint.pk}", ""))
            for hint in self.likenesses
        }
        return cleaned


class CountyStandForm(HintsForm):
    stand = forms.ChoiceField(label=_("县级意见"), choices=CountyStand.choices, widget=forms.RadioSelect)
    opinion = forms.CharField(
        label=_("推荐（不予推荐）意见"),
        max_length=2000,
        widget=TEXT,
        help_text=_("核实了单位、协议和自筹资金等哪些情况；签发后单位可以看到。"),
    )


class ProjectFormalForm(HintsForm):
    """The checklist of the edition and the finding that follows from it."""

    marks = RowsField(
        label=_("形式审查事项"),
        help_text=_("逐项选择；不符合的写明情况，补正时一次性告知。"),
        columns=(
            Column("mark", _("结果"), choices=((MET, _("符合")), (UNMET, _("不符合")))),
            Column("note", _("情况说明"), required=False, longest=500, wide=True),
        ),
    )
    finding = forms.ChoiceField(label=_("审查意见"), choices=FormalFinding.choices, widget=forms.RadioSelect)
    opinion = forms.CharField(label=_("意见说明"), max_length=2000, required=False, widget=TEXT)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        items = self.subject.call.edition.terms["checklist"] if self.subject else []
        self.fields["marks"].set_fixed([(item["code"], item["label"]) for item in items])

    def clean_marks(self):
        return {row["item"]: (row["mark"], row["note"]) for row in self.cleaned_data["marks"]}


class AgencyForm(MoveForm):
    agency = forms.ModelChoiceField(
        label=_("第三方机构"),
        queryset=Organisation.objects.none(),
        empty_label=_("请选择"),
        help_text=_("只列评审委托已生效、且委托范围包含联合攻关项目评审的机构。"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = selectors.agencies_for_review(clock.today())


class BudgetReviewForm(MoveForm):
    """Line by line what of the grant is accepted, in yuan, and why where it is less."""

    lines = RowsField(
        label=_("财政资金逐科目核定"),
        help_text=_("单位元；核定金额不超过申请金额，核减的写明理由。"),
        columns=(
            Column("accepted", _("核定金额（元）"), longest=20),
            Column("reason", _("核减理由"), required=False, longest=500, wide=True),
        ),
    )
    reviewer = forms.CharField(label=_("财务专家"), max_length=80, help_text=_("评审专家姓名和单位。"))
    opinion = forms.CharField(label=_("预算评审意见"), max_length=2000, widget=TEXT)
    evidence = forms.FileField(
        label=_("签字的评审意见"), required=False, widget=forms.ClearableFileInput(attrs={**PICTURES})
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = list(self.subject.budget_lines.all()) if self.subject else []
        self.fields["lines"].set_fixed(
            [(row.code, f"{row.label}（申请 {row.grant:,.2f} 元）") for row in rows]
        )
        self.fields["lines"].initial = [
            {"item": row.code, "accepted": str(row.accepted if row.accepted is not None else row.grant)}
            | {"reason": row.reason}
            for row in rows
        ]

    def clean_lines(self):
        found = {}
        for row in self.cleaned_data["lines"]:
            try:
                found[row["item"]] = (amount_in_yuan(row["accepted"]), row["reason"])
            except InvalidOperation:
                raise forms.ValidationError(_("核定金额请只填数字，最多两位小数。")) from None
        return found


def amount_in_yuan(text: str) -> Decimal:
    """An amount in yuan, to the fen at most. Raises ``InvalidOperation`` for anything else."""
    amount = Decimal(text.replace(",", "").replace("，", ""))
    if not amount.is_finite() or amount != amount.quantize(Decimal("0.01")):
        raise InvalidOperation
    return amount


class ProposalFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("项目、编号、单位或负责人"), method="search")
    state = django_filters.ChoiceFilter(label=_("状态"), choices=ProposalState.choices, empty_label=_("全部"))
    call = ModelChoiceFilter(
        label=_("申报通知"),
        queryset=lambda request: ProjectCall.objects.published().order_by("-opens_at"),
        empty_label=_("全部"),
    )
    chain = ModelChoiceFilter(
        label=_("产业链"),
        field_name="topic__chain",
        queryset=lambda request: IndustryChain.objects.order_by("name"),
        empty_label=_("全部"),
    )
    division = ModelChoiceFilter(
        label=_("归口"), queryset=lambda request: recommending_divisions(), empty_label=_("全部")
    )
    year = YearFilter(label=_("申报年度"), field_name="call__year")
    standing = django_filters.ChoiceFilter(
        label=_("进展"), choices=[("open", _("在审"))], method="under_way", empty_label=_("全部")
    )
    alike = django_filters.ChoiceFilter(
        label=_("内容比对"),
        choices=[("open", _("有提示，市级未答复")), ("any", _("有提示"))],
        method="by_likeness",
        empty_label=_("全部"),
    )
    sort = SortFilter(
        fields={
            "title": "title",
            "division__code": "division",
            "asked": "asked",
            "score": "score",
            "due_on": "due",
            "handed_in_at": "handed",
        },
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Proposal
        fields = ()

    def search(self, rows, name, value):
        return selectors.search_proposals(rows, value.strip())

    def under_way(self, rows, name, value):
        return rows.filter(state__in=UNDER_REVIEW, number__isnull=False)

    def by_likeness(self, rows, name, value):
        answered = {"hints__bureau_finding": ""} if value == "open" else {"hints__isnull": False}
        return rows.filter(**answered).distinct()


__all__ = [
    "AgencyForm",
    "BudgetReviewForm",
    "CountyStandForm",
    "HintsForm",
    "LeaderForm",
    "NewProposalForm",
    "ProjectFormalForm",
    "ProjectLookupForm",
    "ProposalFilesForm",
    "ProposalFilter",
    "ReasonForm",
]
