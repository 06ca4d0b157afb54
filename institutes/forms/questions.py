"""What the bureau says to a common question; and the filter of its list."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import SortFilter
from institutes.enums.questions import QuestionState, QuestionTopic
from institutes.models import PublicQuestion
from institutes.selectors import questions as reads


class QuestionForm(forms.Form):
    topic = forms.ChoiceField(label=_("类别"), choices=QuestionTopic.choices)
    question = forms.CharField(label=_("问题"), max_length=120, help_text=_("用申报单位会问的话。"))
    answer = forms.CharField(label=_("答复"), max_length=3000, widget=forms.Textarea(attrs={"rows": 6}))
    clause = forms.CharField(
        label=_("依据条款"), max_length=20, required=False, help_text=_("例如“四(三)”；没有依据的留空。")
    )
    place = forms.IntegerField(
        label=_("排列次序"), min_value=1, max_value=9999, initial=100, help_text=_("同类中小的在前。")
    )


class QuestionFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("问题或答复"), method="search")
    topic = django_filters.ChoiceFilter(label=_("类别"), choices=QuestionTopic.choices, empty_label=_("全部"))
    state = django_filters.ChoiceFilter(label=_("状态"), choices=QuestionState.choices, empty_label=_("全部"))
    sort = SortFilter(
        fields={"question": "question", "place": "place", "drafted_at": "drafted", "due_on": "due"},
        widget=forms.HiddenInput,
    )

    class Meta:
        model = PublicQuestion
        fields = ()

    def search(self, rows, name, value):
        return reads.search_questions(rows, value.strip())
