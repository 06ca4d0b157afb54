"""What the bureau brings to the blinded package: which place, which annex, what stands there instead, and why."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import SortFilter
from evaluation import selectors
from evaluation.enums import FileChoice, HitAnswer, PackageState
from evaluation.forms.panels import ReasonForm
from evaluation.models import BlindFile, BlindHit, BlindPackage
from records.desk import MoveForm


class _HitChoice(forms.ModelChoiceField):
    def label_from_instance(self, hit: BlindHit) -> str:
        return f"{hit.place}：{hit.found}"


class _FileChoice(forms.ModelChoiceField):
    def label_from_instance(self, file: BlindFile) -> str:
        return f"{file} {file.attachment.name}"


def hit_field() -> forms.ModelChoiceField:
    return _HitChoice(BlindHit.objects.none(), label=_("检出位置"), empty_label=_("请选择"))


def file_field() -> forms.ModelChoiceField:
    return _FileChoice(BlindFile.objects.none(), label=_("附件"), empty_label=_("请选择"))


class _AboutHit(MoveForm):
    """A move about one place that was found in the book."""

    hit = hit_field()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.subject is not None:
            self.fields["hit"].queryset = self.choices()

    def choices(self):
        return selectors.hits_of(self.subject)


class MaskForm(_AboutHit):
    replacement = forms.CharField(
        label=_("替换为"), max_length=200, help_text=_("只改盲审副本，申报书原文不变。")
    )


class AskWaiverForm(_AboutHit, ReasonForm):
    field_order = ("hit", "reason")


class WaiveForm(_AboutHit):
    def choices(self):
        return super().choices().filter(answer=HitAnswer.ASKED)


class _AboutFile(MoveForm):
    """A move about one annex."""

    file = file_field()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.subject is not None:
            self.fields["file"].queryset = self.choices()

    def choices(self):
        return selectors.files_of(self.subject)


class FileReasonForm(_AboutFile, ReasonForm):
    field_order = ("file", "reason")


class OpenFileForm(_AboutFile):
    def choices(self):
        return super().choices().filter(choice=FileChoice.ASKED)


class PackageFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("评审组编号或受理号"), method="search")
    state = django_filters.ChoiceFilter(label=_("状态"), choices=PackageState.choices, empty_label=_("全部"))
    sort = SortFilter(
        fields={"panel__code": "code", "due_on": "due", "open_hits": "hits"}, widget=forms.HiddenInput
    )

    class Meta:
        model = BlindPackage
        fields = ()

    def search(self, rows, name, value):
        return selectors.search_packages(rows, value.strip())
