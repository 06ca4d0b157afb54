"""What a clerk puts down of a meeting, and what releasing asks."""

from django import forms
from django.utils.translation import gettext_lazy as _

from institutes import selectors
from institutes.enums import Outcome
from institutes.forms.rows import Column, RowsField
from institutes.models import Call, DecisionBatch
from records.desk import MoveForm

TEXT = forms.Textarea(attrs={"rows": 3})


class DecisionsForm(forms.Form):
    """The decisions of one meeting on one call: each application waiting is a row, in the order of the ranking."""

    call = forms.ModelChoiceField(label=_("申报通知"), queryset=Call.objects.none(), widget=forms.HiddenInput)
    minute_number = forms.CharField(label=_("局务会会议纪要号"), max_length=60)
    meeting_on = forms.DateField(
        label=_("会议日期"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    items = RowsField(
        label=_("审议结果"),
        help_text=_("不选结果的不列入本次决定；不予认定的须选择原因类别并写明理由，理由将告知申报单位。"),
        columns=(
            Column("outcome", _("结果"), choices=Outcome.choices, required=False),
            Column("cause", _("原因类别"), choices=(("", ""),), required=False),
            Column("reason", _("理由"), required=False, longest=1000, wide=True),
        ),
    )
    note = forms.CharField(label=_("审议说明"), max_length=1000, required=False, widget=TEXT)
    override_reason = forms.CharField(
        label=_("突破限额的理由"),
        max_length=500,
        required=False,
        help_text=_("仅在超过年度家数或同一依托单位家数时填写。"),
    )

    def __init__(self, *args, user, batch: DecisionBatch | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.batch = user, batch
        calls = self.fields["call"].queryset = (
            Call.objects.filter(pk=batch.call_id) if batch else selectors.calls_to_decide(user)
        )
        self.chosen = calls.filter(pk=pk).first() if (pk := self._asked_call()) else calls.first()
        self.initial["call"] = self.chosen
        self.ranked = list(selectors.free_for(user, self.chosen, batch)) if self.chosen else []
        causes = self.chosen.edition.terms["decision_causes"] if self.chosen else []
        self.fields["items"].set_choices("cause", [(cause["code"], cause["label"]) for cause in causes])
        self.fields["items"].set_fixed(
            [
                (str(one.pk), f"{place}. {one}（{one.review_score} 分）")
                for place, one in enumerate(self.ranked, 1)
            ]
        )

    def _asked_call(self) -> str:
        value = str(self.data.get("call") or getattr(self.initial.get("call"), "pk", ""))
        return value if value.isdecimal() else ""

    def clean_items(self) -> list[dict]:
        known = {str(one.pk): one for one in self.ranked}
        rows = [row for row in self.cleaned_data["items"] if row["outcome"]]
        if strange := sorted({row["item"] for row in rows} - set(known)):
            raise forms.ValidationError(
                _("{rows} 不在待审议名单中，或已列入另一份决定。").format(rows="、".join(strange))
            )
        if len({row["item"] for row in rows}) < len(rows):
            raise forms.ValidationError(_("同一申报只能列一次。"))
        return [
            {
                "application": known[row["item"]],
                "outcome": row["outcome"],
                "cause": row["cause"],
                "reason": row["reason"],
            }
            for row in rows
        ]


class ReleaseForm(MoveForm):
    """Which draft was previewed: a draft changed since is not released."""

    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["revision"].initial = self.subject.revision
