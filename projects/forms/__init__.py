"""What people bring to moves of this room. Shape only; the services decide."""

from django import forms
from django.utils.translation import gettext_lazy as _

from records.desk import MoveForm

TEXT = forms.Textarea(attrs={"rows": 4})
NOTE = forms.Textarea(attrs={"rows": 2})


class ReasonForm(MoveForm):
    reason = forms.CharField(label=_("理由"), max_length=1000, widget=TEXT)
