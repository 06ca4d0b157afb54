"""What a county brings to the map of chains: its proposals; and what the bureau finds on them."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import ModelChoiceFilter, SortFilter
from accounts.forms.registration import UsccField
from accounts.selectors import recommending_divisions
from institutes import selectors
from institutes.enums import ProposalFinding, ProposalKind, ProposalState
from institutes.forms.chains import PAPERS, MemberField, day_field, position_field, role_field
from institutes.models import ChainMember, ChainProposal, ChainSegment, IndustryChain
from institutes.services.chain_proposals import ASKED, EMPTY
from records.desk import MoveForm


class ProposalForm(forms.Form):
    """What a county proposes. Which boxes a kind asks for stands beside them, and the service says what is missing."""

    chain = forms.ModelChoiceField(
        selectors.public_chains(),
        label=_("产业链"),
        empty_label=_("请选择"),
        help_text=_("建议调整哪条产业链。"),
    )
    kind = forms.ChoiceField(label=_("建议事项"), choices=ProposalKind.choices, widget=forms.RadioSelect)
    segment = forms.ModelChoiceField(
        ChainSegment.objects.none(),
        label=_("环节"),
        required=False,
        empty_label=_("请选择"),
        help_text=_("增列企业时选择。"),
        widget=forms.Select(attrs={"data-searchable": ""}),
    )
    name = forms.CharField(
        label=_("企业或环节名称"), max_length=100, required=False, help_text=_("增列企业、增加环节时填写。")
    )
    uscc = UsccField(required=False, help_text=_("增列企业时填写，18 位。"))
    member = MemberField(
        label=_("在列企业"), required=False, help_text=_("变更地位、移出企业时选择，只列本辖区企业。")
    )
    role = role_field(required=False, help_text=_("增列企业、变更地位时选择。"))
    position = position_field(required=False, help_text=_("增加环节时选择。"))
    effective_on = day_field(_("生效日期"))
    grounds = forms.CharField(
        label=_("理由"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("写明企业规模、市场地位、带动作用等依据。"),
    )
    file = forms.FileField(label=_("佐证材料"), required=False, widget=forms.ClearableFileInput(attrs=PAPERS))

    def __init__(self, *args, user=None, kind="", **kwargs):
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.division = selectors.division_to_propose_for(user) if user else None
        in_use = ChainSegment.objects.active().select_related("chain")
        mine = ChainMember.objects.present().filter(division=self.division).select_related("segment")
        self.fields["segment"].queryset, self.fields["member"].queryset = in_use, mine
        if kind:
            self._ask_for(kind)

    def _ask_for(self, kind: str) -> None:
        """On a page the kind is chosen first, and only its boxes are shown."""
        asked = dict(ASKED[kind])
        for name in EMPTY:
            if name not in asked:
                del self.fields[name]
                continue
            self.fields[name].required, self.fields[name].help_text = True, ""
            self.fields[name].label = asked[name]
        self.initial["kind"], self.fields["kind"].widget = kind, forms.HiddenInput()

    def clean(self):
        cleaned = super().clean()
        segment, chain = cleaned.get("segment"), cleaned.get("chain")
        if (
            segment
            and chain
            and segment.chain_id != chain.pk
            and cleaned.get("kind") == ProposalKind.ADD_MEMBER
        ):
            self.add_error("segment", _("所选环节不属于所选产业链。"))
        return cleaned


class CheckForm(MoveForm):
    finding = forms.ChoiceField(
        label=_("审核意见"), choices=ProposalFinding.choices, widget=forms.RadioSelect
    )
    opinion = forms.CharField(
        label=_("依据"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("核对了哪些材料，依据哪份名单或文件。"),
    )


class ProposalFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("企业、环节或产业链"), method="search")
    state = django_filters.ChoiceFilter(label=_("状态"), choices=ProposalState.choices, empty_label=_("全部"))
    kind = django_filters.ChoiceFilter(label=_("事项"), choices=ProposalKind.choices, empty_label=_("全部"))
    chain = ModelChoiceFilter(
        label=_("产业链"), queryset=lambda request: IndustryChain.objects.all(), empty_label=_("全部")
    )
    division = ModelChoiceFilter(
        label=_("提出单位"), queryset=lambda request: recommending_divisions(), empty_label=_("全部")
    )
    sort = SortFilter(
        fields={"drafted_at": "drafted", "division__code": "division", "due_on": "due"},
        widget=forms.HiddenInput,
    )

    class Meta:
        model = ChainProposal
        fields = ()

    def search(self, rows, name, value):
        return selectors.search_proposals(rows, value)
