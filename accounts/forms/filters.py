"""Searching and sorting of this room's lists; what is chosen stands in the address."""

from collections.abc import Iterable

import django_filters
from django import forms
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts import selectors
from accounts.enums import MembershipState, OrganisationKind, OrganisationState
from accounts.models import Membership, Organisation, User
from accounts.roles import GRANTABLE_ROLES


class Offered(django_filters.fields.ModelChoiceIterator):
    """The rows to choose from, fetched at once: they are few, and a cursor for them asks the database three times."""

    def __iter__(self):
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        if self.field.null_label is not None:
            yield self.field.null_value, self.field.null_label
        yield from map(self.choice, self.queryset.all())


class OfferedField(django_filters.fields.ModelChoiceField):
    iterator = Offered


class ModelChoiceFilter(django_filters.ModelChoiceFilter):
    """Narrows a list to what belongs to one of a few rows."""

    field_class = OfferedField


class Searching(django_filters.FilterSet):
    """A filter with a search box over ``search_in``."""

    search_in: tuple[str, ...] = ()
    q = django_filters.CharFilter(label=_("搜索"), method="search")

    def search(self, queryset, name, value):
        condition = Q()
        for path in self.search_in:
            condition |= Q(**{f"{path}__icontains": value.strip()})
        return queryset.filter(condition)


class SortFilter(django_filters.OrderingFilter):
    """Sorts a list by what the reader chose: rows without a value come last either way, equal ones the newest first.

    Without that second order two pages of one list may show the same row, and none of them another.
    """

    def get_ordering_value(self, param):
        value = str(super().get_ordering_value(param))
        column = F(value.removeprefix("-"))
        return column.desc(nulls_last=True) if value.startswith("-") else column.asc(nulls_last=True)

    def filter(self, qs, value):
        chosen = [one for one in value or () if one]
        if not chosen:
            return qs
        return qs.order_by(*(self.get_ordering_value(one) for one in chosen), "-pk")


def offer(filters: django_filters.FilterSet, name: str, choices: Iterable[tuple[str, object]]) -> None:
    """Let one filter of a set offer ``choices`` that are known only when it is asked.

    The description of the API asks the filters of the class, and these keep the field that they made then: the copy
    of it that every set begins with is forgotten here.
    """
    asked = filters.filters[name]
    asked.extra["choices"] = list(choices)
    vars(asked).pop("_field", None)


class YesNoSelect(forms.NullBooleanSelect):
    """Yes, no, or all of them: of a filter, what was not chosen is not unknown."""

    def __init__(self, attrs=None):
        super().__init__(attrs)
        self.choices = [("", _("全部")), ("true", _("是")), ("false", _("否"))]

    def format_value(self, value):
        chosen = super().format_value(value)
        return "" if chosen == "unknown" else chosen


class YesNoFilter(django_filters.BooleanFilter):
    """A filter by a fact that holds or does not."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, widget=YesNoSelect, **kwargs)


FIRST_YEAR, LAST_YEAR = 2000, 2099
"""Between which years a list can be asked for."""


class YearFilter(django_filters.NumberFilter):
    """A filter by a year: a whole number of our century, whatever the address says."""

    field_class = forms.IntegerField

    def __init__(self, *args, **kwargs):
        super().__init__(*args, min_value=FIRST_YEAR, max_value=LAST_YEAR, **kwargs)

    def get_max_validator(self):
        return None  # the field has its own bounds


class RegistrationFilter(Searching):
    """The queue of a county."""

    search_in = ("name", "uscc", "applied_by__name")
    state = django_filters.ChoiceFilter(
        label=_("状态"), choices=OrganisationState.choices, empty_label=_("全部")
    )
    sort = SortFilter(
        label=_("排序"),
        empty_label=_("默认"),
        fields=(("applied_at", "applied_at"), ("name", "name")),
        choices=[
            ("-applied_at", _("最近提交在前")),
            ("applied_at", _("最早提交在前")),
            ("name", _("按名称")),
        ],
    )

    class Meta:
        model = Organisation
        fields = ["q", "state"]


class OrganisationFilter(Searching):
    """The directory of organisations."""

    search_in = ("name", "short_name", "uscc")
    kind = django_filters.ChoiceFilter(
        label=_("类别"), choices=OrganisationKind.choices, empty_label=_("全部")
    )
    division = ModelChoiceFilter(
        label=_("县（市、区）"),
        queryset=lambda request: selectors.recommending_divisions(),
        empty_label=_("全部"),
    )
    state = django_filters.ChoiceFilter(
        label=_("状态"), choices=OrganisationState.choices, empty_label=_("全部")
    )
    sort = SortFilter(
        label=_("排序"),
        empty_label=_("默认"),
        fields=(("name", "name"), ("division__code", "division")),
        choices=[("name", _("按名称")), ("division", _("按县（市、区）"))],
    )

    class Meta:
        model = Organisation
        fields = ["q", "kind", "division", "state"]


class UserFilter(Searching):
    """People who have an account."""

    search_in = ("username", "name", "email")
    is_active = django_filters.ChoiceFilter(
        label=_("状态"),
        choices=[("1", _("在用")), ("0", _("已停用"))],
        method="by_state",
        empty_label=_("全部"),
    )
    role = django_filters.ChoiceFilter(
        label=_("角色"),
        choices=[(role.value, role.label) for role in GRANTABLE_ROLES],
        method="by_role",
        empty_label=_("全部"),
    )
    sort = SortFilter(
        label=_("排序"),
        empty_label=_("默认"),
        fields=(("username", "username"), ("name", "name")),
        choices=[("username", _("按用户名")), ("name", _("按姓名"))],
    )

    class Meta:
        model = User
        fields = ["q", "role", "is_active"]

    def by_state(self, queryset, name, value):
        return queryset.filter(is_active=value == "1")

    def by_role(self, queryset, name, value):
        held = Membership.objects.live().filter(role=value)
        return queryset.filter(pk__in=held.values("user_id"))


class MemberFilter(Searching):
    """The people of a unit, or grants of roles."""

    search_in = ("user__name", "user__username", "organisation__name")
    state = django_filters.ChoiceFilter(
        label=_("状态"), choices=MembershipState.choices, empty_label=_("全部")
    )
    role = django_filters.ChoiceFilter(
        label=_("角色"), choices=[(role.value, role.label) for role in GRANTABLE_ROLES], empty_label=_("全部")
    )

    class Meta:
        model = Membership
        fields = ["q", "role", "state"]
