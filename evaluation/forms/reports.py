"""What agency and bureau bring to a report: its words, questions, the opinion on acceptance."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import SortFilter
from evaluation.enums import ReportState
from evaluation.models import AgencyReport, EngagementBatch
from evaluation.selectors import reports as selectors
from institutes.forms.rows import Column, RowsField
from records.desk import MoveForm


class DraftReportForm(forms.Form):
    batch = forms.ModelChoiceField(
        EngagementBatch.objects.none(), label=_("评审批次"), empty_label=_("请选择")
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["batch"].queryset = selectors.batches_to_report(user)


class TextsForm(forms.Form):
    """The agency's words and answers; ``only`` names the boxes that were sent (autosave)."""

    def __init__(self, *args, report: AgencyReport, only=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.questions = list(selectors.questions_open(report))
        for question in self.questions:
            self.fields[f"answer_{question.pk}"] = forms.CharField(
                label=_("答复：{text}").format(text=question.text),
                max_length=3000,
                required=False,
                initial=question.answer,
                widget=forms.Textarea(attrs={"rows": 4}),
            )
        for part in report.edition.terms["report_parts"]:
            self.fields[f"text_{part['code']}"] = forms.CharField(
                label=part["label"],
                help_text=part.get("guide", ""),
                max_length=8000,
                required=False,
                initial=report.texts.get(part["code"], ""),
                widget=forms.Textarea(attrs={"rows": 8}),
            )
        if only is not None:
            self.fields = {name: field for name, field in self.fields.items() if name in set(only)}


class QuestionsForm(MoveForm):
    questions = RowsField(
        label=_("需要答复的问题"),
        help_text=_("逐条写明；机构须逐条答复后才能重新提交。"),
        columns=(
            Column("part", _("所在部分"), required=False),
            Column("text", _("问题"), longest=500, wide=True),
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.subject is not None:
            parts = self.subject.edition.terms["report_parts"]
            self.fields["questions"].set_choices("part", [(one["code"], one["label"]) for one in parts])


class AcceptReportForm(MoveForm):
    opinion = forms.CharField(
        label=_("接收意见"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReportFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("批次、机构或合同编号"), method="search")
    state = django_filters.ChoiceFilter(label=_("状态"), choices=ReportState.choices, empty_label=_("全部"))
    call = django_filters.NumberFilter(field_name="batch__call", widget=forms.HiddenInput)
    sort = SortFilter(
        fields={"agency__name": "agency", "handed_at": "handed", "due_on": "due"},
        widget=forms.HiddenInput,
    )

    class Meta:
        model = AgencyReport
        fields = ()

    def search(self, rows, name, value):
        return selectors.search_reports(rows, value.strip())
