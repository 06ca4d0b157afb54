"""Search and filters of the officers' lists; they live in the address."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import ModelChoiceFilter, SortFilter, YearFilter, offer
from accounts.roles import Role
from accounts.selectors import recommending_divisions
from institutes import selectors
from institutes.enums import OPEN_STATES, ApplicationState, FormalFinding, Standing
from institutes.enums.provincial import Level
from institutes.lifecycle.gates import BY_CODE, GATES, before
from institutes.models import Application, IndustryChain, Institute
from institutes.selectors.applications import with_county_promise
from institutes.selectors.provincial import at_level
from records import clock

HOLDING = (
    Role.ENT_FILLER,
    Role.ENT_ADMIN,
    Role.COUNTY_STAFF,
    Role.COUNTY_LEAD,
    Role.BUREAU_CLERK,
    Role.BUREAU_APPROVER,
    Role.AGENCY,
)


def calls_to_choose(user):
    """The calls that this person may read, by their titles alone."""
    return selectors.calls_visible_to(user).select_related(None).only("title")


class OpenOrdering(SortFilter):
    """Sorts blinded rows by nothing that tells whose they are: in the order of their names none is read off."""

    TELLING = frozenset({"name", "host", "division"})

    def filter(self, qs, value):
        if value and "is_blinded" in qs.query.annotations:
            value = [each for each in value if each.removeprefix("-") not in self.TELLING]
        return super().filter(qs, value)


class ApplicationFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("名称、受理号或单位"), method="search")
    state = django_filters.ChoiceFilter(
        label=_("状态"), choices=ApplicationState.choices, empty_label=_("全部")
    )
    division = ModelChoiceFilter(
        label=_("归口"),
        queryset=lambda request: recommending_divisions().only("name"),
        method="of_division",
        empty_label=_("全部"),
    )
    chain = ModelChoiceFilter(
        label=_("产业链"), queryset=lambda request: IndustryChain.objects.only("name"), empty_label=_("全部")
    )
    holder = django_filters.ChoiceFilter(
        label=_("当前办理"),
        choices=[(role.value, role.label) for role in HOLDING],
        method="held_by",
        empty_label=_("全部"),
    )
    overdue = django_filters.ChoiceFilter(
        label=_("时限"), choices=[("yes", _("已逾期"))], method="late", empty_label=_("全部")
    )
    call = ModelChoiceFilter(
        label=_("申报通知"),
        queryset=lambda request: calls_to_choose(request.user),
        empty_label=_("全部"),
    )
    year = YearFilter(label=_("申报年度"), field_name="call__year")
    standing = django_filters.ChoiceFilter(
        label=_("进展"),
        choices=[("open", _("在办")), ("received", _("已报送"))],
        method="under_way",
        empty_label=_("全部"),
    )
    passed = django_filters.ChoiceFilter(
        label=_("走到哪一关"),
        choices=[(gate.code, gate.label) for gate in GATES],
        method="past",
        empty_label=_("全部"),
    )
    waits = django_filters.ChoiceFilter(
        label=_("停在哪一关"),
        choices=[(gate.code, gate.label) for gate in GATES[1:]],
        method="waiting",
        empty_label=_("全部"),
    )
    promised = django_filters.ChoiceFilter(
        label=_("县级承诺支持"),
        choices=[("yes", _("有承诺金额"))],
        method="with_promise",
        empty_label=_("全部"),
    )
    sort = OpenOrdering(
        fields={
            "institute_name": "name",
            "host__name": "host",
            "division__code": "division",
            "received_at": "received",
            "due_on": "due",
            "review_score": "score",
        },
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Application
        fields = ()

    def search(self, rows, name, value):
        return selectors.search_applications(rows, value)

    def of_division(self, rows, name, value):
        return selectors.of_division(rows, value)

    def held_by(self, rows, name, value):
        return selectors.held_by_role(rows, value)

    def under_way(self, rows, name, value):
        handed_in = rows.filter(received_at__isnull=False)
        return handed_in.filter(state__in=OPEN_STATES) if value == "open" else handed_in

    def past(self, rows, name, value):
        return rows.filter(state__in=BY_CODE[value].states, received_at__isnull=False)

    def waiting(self, rows, name, value):
        return rows.filter(state__in=before(BY_CODE[value]), received_at__isnull=False)

    def with_promise(self, rows, name, value):
        return with_county_promise(rows)

    def late(self, rows, name, value):
        return selectors.overdue(rows, on=clock.today())


class FormalFilter(django_filters.FilterSet):
    """The pile of the formal review."""

    q = django_filters.CharFilter(label=_("名称、受理号或单位"), method="search")
    call = ModelChoiceFilter(
        label=_("申报通知"),
        queryset=lambda request: calls_to_choose(request.user),
        empty_label=_("全部"),
    )
    state = django_filters.ChoiceFilter(
        label=_("状态"),
        choices=[(state.value, state.label) for state in selectors.FORMAL_STATES],
        empty_label=_("全部"),
    )
    finding = django_filters.ChoiceFilter(
        label=_("审查意见"), choices=FormalFinding.choices, field_name="formal_finding", empty_label=_("全部")
    )
    division = ModelChoiceFilter(
        label=_("归口"), queryset=lambda request: recommending_divisions().only("name"), empty_label=_("全部")
    )
    item = django_filters.ChoiceFilter(
        label=_("不符合的事项"), choices=(), method="with_defect", empty_label=_("全部")
    )
    overdue = django_filters.ChoiceFilter(
        label=_("时限"), choices=[("yes", _("已逾期"))], method="late", empty_label=_("全部")
    )
    sort = SortFilter(
        fields={"institute_name": "name", "division__code": "division", "due_on": "due"},
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Application
        fields = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offer(self, "item", selectors.checklist_items())

    def search(self, rows, name, value):
        return selectors.search_applications(rows, value)

    def with_defect(self, rows, name, value):
        return selectors.with_defect(rows, value)

    def late(self, rows, name, value):
        return selectors.overdue(rows, on=clock.today())


class PlacesForm(forms.Form):
    """For how many places the cut line is drawn: to look at, nothing is decided by it."""

    places = forms.IntegerField(label=_("按名额划线预览"), min_value=0, max_value=999, required=False)

    def __init__(self, data, *, left: int):
        super().__init__(data if "places" in data else {"places": left})

    @property
    def asked(self) -> int:
        return (self.cleaned_data.get("places") or 0) if self.is_valid() else 0


class InstituteFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("名称（含曾用名）、证书编号或单位"), method="search")
    division = ModelChoiceFilter(
        label=_("归口"), queryset=lambda request: recommending_divisions().only("name"), empty_label=_("全部")
    )
    chain = ModelChoiceFilter(
        label=_("产业链"), queryset=lambda request: IndustryChain.objects.only("name"), empty_label=_("全部")
    )
    year = YearFilter(label=_("认定年度"), field_name="recognition__year")
    standing = django_filters.ChoiceFilter(
        label=_("状态"),
        choices=[("recognised", _("在册（含暂停资格）")), *Standing.choices],
        method="stands",
        empty_label=_("全部"),
    )
    level = django_filters.ChoiceFilter(
        label=_("级别"), choices=Level.choices, method="of_level", empty_label=_("全部")
    )
    sort = SortFilter(
        fields={
            "name": "name",
            "host__name": "host",
            "division__code": "division",
            "recognition__certificate_number": "number",
            "recognition__recognised_on": "day",
        },
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Institute
        fields = ()

    def search(self, rows, name, value):
        return selectors.search_institutes(rows, value)

    def stands(self, rows, name, value):
        return rows.recognised() if value == "recognised" else rows.standing(value)

    def of_level(self, rows, name, value):
        return at_level(rows, value)
