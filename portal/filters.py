"""Filters of the lists that need several rooms at once."""

import django_filters
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import ModelChoiceFilter, Searching, SortFilter, offer
from accounts.models import Division
from accounts.roles import GRANTABLE_ROLES
from portal.selectors import matters
from records import clock
from records.desk import all_desks
from records.models import Deadline


class MatterFilter(Searching):
    """What is under way: how urgent, with which office, in which county, of which kind."""

    search_in = ("subject_label", "label", "host__name")
    late = django_filters.ChoiceFilter(
        label=_("时限"),
        choices=[
            (matters.LATE, _("已逾期")),
            (matters.NEW, _("近七天逾期")),
            (matters.TODAY, _("今日到期")),
            (matters.NEAR, _("五个工作日内到期")),
        ],
        method="by_urgency",
        empty_label=_("全部"),
    )
    role = django_filters.ChoiceFilter(
        label=_("当前办理"),
        field_name="holder_role",
        choices=[(role.value, role.label) for role in GRANTABLE_ROLES],
        empty_label=_("全部"),
    )
    division = ModelChoiceFilter(
        label=_("县（市、区）"), queryset=lambda request: Division.objects.active(), empty_label=_("全部")
    )
    kind = django_filters.ChoiceFilter(
        label=_("事项类别"), field_name="subject_type", choices=(), empty_label=_("全部")
    )
    sort = SortFilter(
        label=_("排序"),
        empty_label=_("最急的在前"),
        fields=(("due_on", "due"), ("opened_at", "opened"), ("division__code", "division")),
        choices=[("opened", _("最早开始的在前")), ("division", _("按县（市、区）"))],
    )

    class Meta:
        model = Deadline
        fields = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        hidden = matters.kept_from(self.request.user) if self.request else frozenset()
        kinds = {desk.model._meta.label_lower for desk in all_desks()} - hidden
        offer(self, "kind", matters.kinds_of(kinds))

    def search(self, queryset, name, value):
        """By name only what was handed in for sure: nobody finds out by asking who is still writing."""
        return super().search(queryset.exclude(matters.private()), name, value)

    def by_urgency(self, rows, name, value):
        return rows.filter(matters.when(value, on=clock.today()))
