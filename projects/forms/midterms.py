"""What unit and bureau bring to a mid-term check. Shape only; the services decide."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import ModelChoiceFilter, SortFilter
from accounts.models import Organisation
from accounts.selectors import recommending_divisions
from institutes.forms.files import FILES, ManyFilesField, ManyFilesInput
from projects import selectors
from projects.enums.midterm import MidtermFile, MidtermOutcome, MidtermState
from projects.forms import TEXT
from projects.models import ProjectMidterm
from records import clock
from records.desk import MoveForm

LONG = forms.Textarea(attrs={"rows": 7})


class MidtermReportForm(forms.Form):
    """The unit's words part by part; ``only`` names what was sent."""

    def __init__(self, *args, midterm: ProjectMidterm, only=None, **kwargs):
        super().__init__(*args, **kwargs)
        for part in midterm.edition.terms["midterm_parts"]:
            if only is not None and f"text_{part['code']}" not in only:
                continue
            self.fields[f"text_{part['code']}"] = forms.CharField(
                label=part["label"],
                help_text=part.get("guide", ""),
                max_length=8000,
                required=False,
                initial=midterm.texts.get(part["code"], ""),
                widget=LONG,
            )

    def texts(self) -> dict[str, str]:
        """What was typed, by the parts."""
        return {name.removeprefix("text_"): text for name, text in self.cleaned_data.items()}


class MidtermFilesForm(forms.Form):
    """Files of one kind. Their bytes are checked by the service."""

    kind = forms.ChoiceField(label=_("材料类别"), choices=MidtermFile.choices)
    uploads = ManyFilesField(
        label=_("文件"),
        widget=ManyFilesInput(attrs={**FILES}),
        help_text=_("中期报告一份，再次上传的替换前一份；佐证材料可一次选择多份。"),
    )


class MidtermEntrustForm(MoveForm):
    agency = forms.ModelChoiceField(
        label=_("第三方机构"),
        queryset=Organisation.objects.none(),
        empty_label=_("请选择"),
        help_text=_("只列评审委托已生效、且委托范围包含联合攻关项目中期检查的机构。"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = selectors.agencies_for_midterms(clock.today())


class MidtermOutcomeForm(MoveForm):
    outcome = forms.ChoiceField(label=_("检查意见"), widget=forms.RadioSelect)
    grounds = forms.CharField(
        label=_("检查情况和理由"), max_length=2000, widget=TEXT, help_text=_("写入意见书，单位可以看到。")
    )
    requirements = forms.CharField(
        label=_("整改要求"), max_length=4000, required=False, widget=TEXT, help_text=_("限期整改的必填。")
    )
    mend_by = forms.DateField(
        label=_("整改期限"),
        required=False,
        help_text=_("限期整改的必填。"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        outcomes = dict(MidtermOutcome.choices)
        open_ones = selectors.midterm_outcomes(self.subject) if self.subject is not None else list(outcomes)
        self.fields["outcome"].choices = [(code, outcomes[code]) for code in open_ones]


class MidtermFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("项目、单位或编号"), method="search")
    state = django_filters.ChoiceFilter(label=_("状态"), choices=MidtermState.choices, empty_label=_("全部"))
    division = ModelChoiceFilter(
        label=_("归口"), queryset=lambda request: recommending_divisions(), empty_label=_("全部")
    )
    late = django_filters.ChoiceFilter(
        label=_("期限"), choices=[("over", _("逾期未报送"))], method="by_lateness", empty_label=_("全部")
    )
    sort = SortFilter(
        fields={"project__title": "title", "division__code": "division", "due_by": "ends", "due_on": "due"},
        widget=forms.HiddenInput,
    )

    class Meta:
        model = ProjectMidterm
        fields = ()

    def search(self, rows, name, value):
        return selectors.search_midterms(rows, value.strip())

    def by_lateness(self, rows, name, value):
        return rows.overdue(clock.today())
