"""What unit, county and bureau bring to a final acceptance. Shape only; the services decide."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import ModelChoiceFilter, SortFilter
from accounts.models import Organisation
from accounts.selectors import recommending_divisions
from institutes.enums import CountyPosition
from institutes.forms.files import FILES, ManyFilesField, ManyFilesInput
from institutes.forms.rows import Column, RowsField
from projects import selectors
from projects.enums.final import FinalFile, FinalOutcome, FinalState
from projects.forms import TEXT
from projects.models import ProjectFinal
from records import clock
from records.desk import MoveForm

LONG = forms.Textarea(attrs={"rows": 7})


class FinalSummaryForm(forms.Form):
    """The unit's words part by part, and what was reached of each target; ``only`` names what was sent."""

    reached = RowsField(
        label=_("考核指标完成情况"),
        help_text=_("逐项填写完成值和佐证材料名称；报送后固定。"),
        required=False,
        least=0,
        columns=(
            Column("reached", _("完成值"), required=False, longest=100),
            Column("met", _("是否完成"), choices=[("yes", _("完成")), ("no", _("未完成"))], required=False),
            Column("said", _("依据"), required=False, longest=300, wide=True),
        ),
    )

    def __init__(self, *args, final: ProjectFinal, only=None, **kwargs):
        super().__init__(*args, **kwargs)
        for part in final.edition.terms["final_parts"]:
            if only is not None and f"text_{part['code']}" not in only:
                continue
            self.fields[f"text_{part['code']}"] = forms.CharField(
                label=part["label"],
                help_text=part.get("guide", ""),
                max_length=8000,
                required=False,
                initial=final.texts.get(part["code"], ""),
                widget=LONG,
            )
        rows = selectors.compared_targets(final)
        self.fields["reached"].set_fixed(
            [(str(one["order"]), f"{one['name']}（目标 {one['planned']}）") for one in rows]
        )
        self.fields["reached"].initial = [
            {
                "item": str(one["order"]),
                "reached": one["reached"],
                "met": "yes" if one["met"] else "no" if one["reached"] else "",
                "said": one["said"],
            }
            for one in rows
        ]
        if only is not None and "reached" not in only:
            del self.fields["reached"]

    def facts(self) -> dict:
        """What was typed, as the service takes it."""
        texts = {
            name.removeprefix("text_"): text
            for name, text in self.cleaned_data.items()
            if name.startswith("text_")
        }
        return {"texts": texts, "reached": self.cleaned_data.get("reached", [])}


class FinalFilesForm(forms.Form):
    """Files of one kind. Their bytes are checked by the service."""

    kind = forms.ChoiceField(label=_("材料类别"), choices=FinalFile.choices)
    uploads = ManyFilesField(
        label=_("文件"),
        widget=ManyFilesInput(attrs={**FILES}),
        help_text=_("结题报告一份，再次上传的替换前一份；其他材料可一次选择多份。"),
    )


class FinalOpinionForm(MoveForm):
    position = forms.ChoiceField(
        label=_("县级意见"), choices=CountyPosition.choices, widget=forms.RadioSelect
    )
    opinion = forms.CharField(
        label=_("核实情况"), max_length=2000, widget=TEXT, help_text=_("签发后单位和市科技局可以看到。")
    )


class FinalEntrustForm(MoveForm):
    agency = forms.ModelChoiceField(
        label=_("第三方机构"),
        queryset=Organisation.objects.none(),
        empty_label=_("请选择"),
        help_text=_("只列评审委托已生效、且委托范围包含联合攻关项目结题验收的机构。"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = selectors.agencies_for_finals(clock.today())


class FinalOutcomeForm(MoveForm):
    outcome = forms.ChoiceField(label=_("结题结论"), widget=forms.RadioSelect)
    minute_number = forms.CharField(label=_("会议纪要号"), max_length=60)
    grounds = forms.CharField(
        label=_("理由"), max_length=2000, widget=TEXT, help_text=_("写入证书或通知书，单位可以看到。")
    )
    requirements = forms.CharField(
        label=_("整改要求"), max_length=4000, required=False, widget=TEXT, help_text=_("限期整改的必填。")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        outcomes = dict(FinalOutcome.choices)
        at_work = self.subject is not None and self.subject.state == FinalState.DECISION
        open_ones = selectors.final_outcomes(self.subject) if at_work else list(outcomes)
        self.fields["outcome"].choices = [(code, outcomes[code]) for code in open_ones]


class FinalFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("项目、单位或编号"), method="search")
    state = django_filters.ChoiceFilter(label=_("状态"), choices=FinalState.choices, empty_label=_("全部"))
    division = ModelChoiceFilter(
        label=_("归口"), queryset=lambda request: recommending_divisions(), empty_label=_("全部")
    )
    late = django_filters.ChoiceFilter(
        label=_("期限"), choices=[("over", _("已届满未申请"))], method="by_lateness", empty_label=_("全部")
    )
    sort = SortFilter(
        fields={"project__title": "title", "division__code": "division", "due_by": "ends", "due_on": "due"},
        widget=forms.HiddenInput,
    )

    class Meta:
        model = ProjectFinal
        fields = ()

    def search(self, rows, name, value):
        return selectors.search_finals(rows, value.strip())

    def by_lateness(self, rows, name, value):
        waiting = (FinalState.PREPARING, FinalState.UNIT_REVIEW)
        return rows.filter(state__in=waiting, due_by__lt=clock.today())
