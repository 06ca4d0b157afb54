"""Files that people bring: one, several, or one in the place of another. Their bytes are checked by the services."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from institutes import book
from records.models import Attachment

FILES = {"accept": ".pdf,.jpg,.jpeg,.png,.xlsx"}


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files at once; each is checked like one alone."""

    def clean(self, data, initial=None):
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if self.required and not files:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return [super(ManyFilesField, self).clean(each, initial) for each in files]


class ReplaceForm(forms.Form):
    """A newer file in the place of another. Its bytes are checked by the service."""

    file = forms.FileField(
        label=_("文件"), widget=forms.ClearableFileInput(attrs=FILES), allow_empty_file=True
    )

    def __init__(self, *args, limit: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["data-max-bytes"] = limit


class AnnexForm(ReplaceForm):
    """A file and what it is; of those ``present`` it may stand in the place of one."""

    kind = forms.ChoiceField(label=_("附件类别"))
    replaces = forms.TypedChoiceField(label=_("替换的附件"), required=False, coerce=int, empty_value=None)
    field_order = ("kind", "file", "replaces")

    def __init__(self, *args, declared: book.Book, present: Sequence[Attachment] = (), **kwargs):
        super().__init__(*args, **kwargs)
        self.present = {file.pk: file for file in present}
        self.fields["kind"].choices = [(annex.code, annex.label) for annex in declared.annexes]
        self.fields["replaces"].choices = [(pk, file.name) for pk, file in self.present.items()]

    def clean_replaces(self) -> Attachment | None:
        return self.present.get(self.cleaned_data["replaces"])


class AnnexesForm(AnnexForm):
    """Several files of one kind."""

    file = ManyFilesField(label=_("文件"), widget=ManyFilesInput(attrs=FILES), allow_empty_file=True)
