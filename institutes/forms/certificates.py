"""What an approver says to order a joint notice."""

from django import forms
from django.utils.translation import gettext_lazy as _

from institutes import selectors


class BatchForm(forms.Form):
    """Whom the notice names, and its number."""

    recognitions = forms.ModelMultipleChoiceField(
        label=_("列入认定通知的研究院"), queryset=None, widget=forms.CheckboxSelectMultiple
    )
    number = forms.CharField(
        label=_("认定通知文号"), max_length=60, help_text=_("例如“石科〔2026〕12号”，与印发的纸质文件一致。")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["recognitions"].queryset = selectors.recognitions_without_notice()
