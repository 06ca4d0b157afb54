"""Filters of the lists whose pages have no form for them. All others are the pages' own."""

import django_filters
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import Searching, SortFilter
from evaluation.enums import AssignmentState
from evaluation.models import Assignment
from institutes.enums import CallState
from institutes.forms.calls import CallFilter
from institutes.models import CallExtension
from notices.enums import ExtensionState, InquiryState
from notices.models import Inquiry, Notice, PublicityExtension
from notices.models.notice import CALLING
from records.models import AuditEvent, Deadline, Document


class CallApiFilter(CallFilter):
    state = django_filters.ChoiceFilter(label=_("状态"), choices=CallState.choices)


class ExtensionFilter(Searching):
    search_in = ("call__title", "number")
    state = django_filters.ChoiceFilter(label=_("状态"), choices=ExtensionState.choices)
    call = django_filters.NumberFilter(label=_("申报通知"), field_name="call_id")
    sort = SortFilter(fields=(("closes_to", "until"), ("published_at", "published")))

    class Meta:
        model = CallExtension
        fields = ()


class AssignmentFilter(Searching):
    search_in = ("panel__code",)
    state = django_filters.ChoiceFilter(label=_("状态"), choices=AssignmentState.choices)
    panel = django_filters.CharFilter(label=_("评审组编号"), field_name="panel__code")
    sort = SortFilter(fields=(("panel__code", "panel"), ("invited_at", "invited")))

    class Meta:
        model = Assignment
        fields = ()


class InquiryFilter(Searching):
    search_in = ("objection__item__name", "question")
    state = django_filters.ChoiceFilter(label=_("状态"), choices=InquiryState.choices)
    sort = SortFilter(fields=(("asked_at", "asked"),))

    class Meta:
        model = Inquiry
        fields = ()


class PublicityExtensionFilter(Searching):
    search_in = ("notice__title", "notice__number")
    state = django_filters.ChoiceFilter(label=_("状态"), choices=ExtensionState.choices)
    notice = django_filters.NumberFilter(label=_("公示"), field_name="notice_id")
    sort = SortFilter(fields=(("ends_to", "until"), ("published_at", "published")))

    class Meta:
        model = PublicityExtension
        fields = ()


class DeadlineFilter(Searching):
    search_in = ("subject_label", "label")
    kind = django_filters.CharFilter(label=_("种类"))
    role = django_filters.CharFilter(label=_("办理角色"), field_name="holder_role")
    before = django_filters.DateFilter(label=_("期限不晚于"), field_name="due_on", lookup_expr="lte")

    class Meta:
        model = Deadline
        fields = ()


class NoticeFilter(Searching):
    search_in = ("title", "body", "subject_label")
    unread = django_filters.BooleanFilter(label=_("未读"), field_name="read_at", lookup_expr="isnull")
    calling = django_filters.BooleanFilter(label=_("未读且尚未办结"), method="still_calling")

    class Meta:
        model = Notice
        fields = ()

    def still_calling(self, rows, name, value):
        return rows.filter(CALLING if value else ~CALLING)


class DocumentFilter(Searching):
    search_in = ("title", "number", "subject_label")
    kind = django_filters.CharFilter(label=_("种类"))
    subject_type = django_filters.CharFilter(label=_("事项类型"))
    subject_id = django_filters.NumberFilter(label=_("事项编号"))

    class Meta:
        model = Document
        fields = ()


class RegisterFilter(Searching):
    search_in = ("verb", "subject_label", "actor_label")
    verb = django_filters.CharFilter(label=_("动作"))
    subject_type = django_filters.CharFilter(label=_("事项类型"))
    subject_id = django_filters.NumberFilter(label=_("事项编号"))
    since = django_filters.IsoDateTimeFilter(label=_("自"), field_name="at", lookup_expr="gte")
    until = django_filters.IsoDateTimeFilter(label=_("至"), field_name="at", lookup_expr="lte")

    class Meta:
        model = AuditEvent
        fields = ()
