"""The search over the numbers of the policy."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from portal.policy.reading import Number

CITED, ASSUMED = "cited", "assumed"


class NumberFilterForm(forms.Form):
    """Search by words, by what a number rests on, and by the matter it belongs to."""

    q = forms.CharField(label=_("搜索"), required=False, max_length=60)
    ground = forms.ChoiceField(
        label=_("依据"),
        required=False,
        choices=[("", _("全部")), (CITED, _("政策条款")), (ASSUMED, _("系统默认（待确认）"))],
    )

    def __init__(self, data: QueryDict, *, numbers: list[Number]) -> None:
        super().__init__(data)
        self.numbers = numbers
        matters = dict.fromkeys(number.edition for number in numbers)
        choices = [("", _("全部")), *((matter, matter) for matter in matters)]
        self.fields["matter"] = forms.ChoiceField(label=_("事项"), required=False, choices=choices)

    def found(self) -> list[Number]:
        """The numbers asked for; all of them where nothing, or nothing sensible, was asked."""
        if not self.is_valid():
            return self.numbers
        asked = self.cleaned_data
        return [
            number
            for number in self.numbers
            if number.mentions(asked["q"])
            and asked["ground"] in ("", ASSUMED if number.assumed else CITED)
            and asked["matter"] in ("", number.edition)
        ]
