"""The caller's days, as the page of the calendar shows them."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.api.forms import cleaned
from portal.selectors import agenda
from records import clock

LONGEST = timedelta(days=400)


class SpanForm(forms.Form):
    """From when to when; without it the present month."""

    first = forms.DateField(label=_("开始日期"), required=False, widget=forms.TextInput)
    last = forms.DateField(label=_("结束日期"), required=False, widget=forms.TextInput)

    def clean(self):
        given = super().clean()
        first = given.get("first") or clock.today().replace(day=1)
        last = given.get("last") or (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        if not first <= last <= first + LONGEST:
            raise forms.ValidationError(
                _("结束日期不能早于开始日期，一次最多 %(days)s 天。") % {"days": LONGEST.days}
            )
        return {"first": first, "last": last}


class CalendarEntrySerializer(serializers.Serializer):
    """Something on a day. ``kind``: ``mine`` to do, ``others`` to do for one's unit, or a ``window`` opens or ends."""

    key = serializers.CharField()
    day = serializers.DateField()
    title = serializers.CharField()
    subject = serializers.CharField()
    url = serializers.CharField()
    kind = serializers.CharField()
    holder = serializers.CharField()


class CalendarView(APIView):
    """期限日历：本人在一段时间内的期限和窗口，与页面相同；不写日期为本月。"""

    @extend_schema(
        responses=CalendarEntrySerializer(many=True),
        summary="期限日历",
        parameters=[
            OpenApiParameter(name, str, description=text)
            for name, text in (("first", "开始日期"), ("last", "结束日期"))
        ],
    )
    def get(self, request: Request) -> Response:
        """Day by day, one's own first."""
        span = cleaned(SpanForm(request.query_params))
        found = agenda.entries_between(request.user, span["first"], span["last"], on=clock.today())
        return Response(CalendarEntrySerializer(found, many=True).data)
