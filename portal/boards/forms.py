"""What of the city is asked for; it stands in the address, so that a view can be sent as a link."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Division
from funding.enums import Programme
from institutes.models import IndustryChain
from portal.boards.counties import WITHOUT


class BoardForm(forms.Form):
    """What of the city a board shows; it stands in the address, so that a view can be sent as a link."""

    FIRST_YEAR = 2022

    year = forms.TypedChoiceField(label=_("年度"), required=False, coerce=int, empty_value=None)
    division = forms.TypedChoiceField(label=_("县（市、区）"), required=False, coerce=int, empty_value=None)
    chain = forms.TypedChoiceField(label=_("产业链"), required=False, coerce=int, empty_value=None)
    programme = forms.ChoiceField(
        label=_("专项"), required=False, choices=[("", _("全部")), *Programme.choices]
    )

    def __init__(self, data, *, divisions: Sequence[Division], chains: Sequence[IndustryChain], year: int):
        super().__init__(data)
        self.this_year = year
        self.divisions = {one.pk: one for one in divisions}
        self.chains = {one.pk: one for one in chains}
        years = [(one, one) for one in range(year, self.FIRST_YEAR - 1, -1)]
        self.fields["year"].choices = [("", _("本年")), *years]
        self.fields["division"].choices = [("", _("全部")), *((one.pk, str(one)) for one in divisions)]
        self.fields["chain"].choices = [("", _("全部")), *((one.pk, str(one)) for one in chains)]

    @property
    def asked(self) -> dict:
        """What was asked for; what makes no sense asks for nothing."""
        self.is_valid()
        given = self.cleaned_data
        return {
            "year": given.get("year") or self.this_year,
            "division": self.divisions.get(given.get("division")),
            "chain": self.chains.get(given.get("chain")),
            "programme": given.get("programme", ""),
        }


class CountiesForm(forms.Form):
    """Which counties are shown side by side, of which year, in which order."""

    year = forms.TypedChoiceField(label=_("年度"), required=False, coerce=int, empty_value=None)
    without = forms.ChoiceField(label=_("短板"), required=False, choices=[("", _("全部")), *WITHOUT.items()])
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data, *, year: int):
        super().__init__(data)
        years = [(one, one) for one in range(year, BoardForm.FIRST_YEAR - 1, -1)]
        self.fields["year"].choices = [("", _("本年")), *years]

    @property
    def asked(self) -> dict:
        """Which lack is looked for, and by what is sorted."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in ("without", "sort")}
