"""What a meeting decided: every proposal that waits, supported with an amount or refused with its reason."""

from decimal import InvalidOperation

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import Searching, SortFilter
from institutes.forms.rows import Column, RowsField
from projects import selectors
from projects.enums import DecisionOutcome, DecisionState
from projects.forms import TEXT
from projects.forms.proposals import amount_in_yuan
from projects.models import ProjectCall, ProjectDecision
from records import clock


class ProjectDecisionForm(forms.Form):
    """Rows without an outcome stay where they are, for a later meeting."""

    call = forms.ModelChoiceField(
        queryset=ProjectCall.objects.none(), widget=forms.HiddenInput, label=_("申报通知")
    )
    minute_number = forms.CharField(label=_("局务会会议纪要号"), max_length=60)
    meeting_on = forms.DateField(
        label=_("会议日期"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    items = RowsField(
        label=_("审议事项"),
        help_text=_("按专家得分排列。支持金额单位元；不选结果的留待以后的会议。"),
        columns=(
            Column("outcome", _("结果"), choices=DecisionOutcome.choices, required=False),
            Column("grant", _("支持金额（元）"), required=False, longest=20),
            Column("reason", _("理由"), required=False, longest=500, wide=True),
        ),
    )
    note = forms.CharField(label=_("说明"), required=False, max_length=2000, widget=TEXT)

    def __init__(self, *args, call: ProjectCall | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["call"].queryset = ProjectCall.objects.published()
        self.fields["meeting_on"].initial = clock.today
        self.chosen = call or self._chosen()
        self.waiting = {str(one.pk): one for one in self._waiting()}
        self.fields["items"].set_fixed([(pk, _line(one)) for pk, one in self.waiting.items()])
        self.fields["items"].initial = [
            {"item": pk, "grant": str(_usual(one))} for pk, one in self.waiting.items()
        ]
        self.fields["call"].initial = self.chosen

    def _chosen(self):
        pk = str(self.data.get("call", ""))
        return ProjectCall.objects.published().filter(pk=int(pk)).first() if pk.isdecimal() else None

    def _waiting(self):
        return selectors.to_decide(self.chosen) if self.chosen else ()

    def clean_items(self):
        found = []
        for row in self.cleaned_data["items"]:
            proposal = self.waiting.get(row["item"])
            if not row["outcome"] or proposal is None:
                continue
            try:
                grant = amount_in_yuan(row["grant"]) if row["grant"] else None
            except InvalidOperation:
                raise forms.ValidationError(
                    _("“{name}”的支持金额请只填数字，最多两位小数。").format(name=proposal)
                ) from None
            found.append(
                {"proposal": proposal, "outcome": row["outcome"], "grant": grant, "reason": row["reason"]}
            )
        return found


def _line(proposal) -> str:
    score = f"{proposal.score} 分" if proposal.score is not None else ""
    accepted = f"，核定 {proposal.accepted:,.2f} 元" if proposal.accepted is not None else ""
    return f"{proposal}（{proposal.host}，{score}{accepted}）"


def _usual(proposal):
    """What the budget review accepted, brought into the band; the meeting may change it."""
    least, most = (proposal.call.edition.money(key) for key in ("amount_min", "amount_max"))
    return max(least, min(most, proposal.accepted or least))


class ProjectDecisionFilter(Searching):
    search_in = ("minute_number", "call__title")
    state = django_filters.ChoiceFilter(label=_("状态"), choices=DecisionState.choices, empty_label=_("全部"))
    sort = SortFilter(fields={"meeting_on": "meeting", "released_at": "released"}, widget=forms.HiddenInput)

    class Meta:
        model = ProjectDecision
        fields = ()
