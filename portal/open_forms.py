"""What programs ask of open data: since which moment, and which page."""

from datetime import datetime, time

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

MOST_PAGES = 2**31 - 1
"""The largest number that the form of CommonGrants allows for a page."""
MOST_A_PAGE = 100


class SinceForm(forms.Form):
    """Which rows of a dataset: all of them, or those that changed since a moment."""

    since = forms.CharField(required=False)

    def __init__(self, data, *, tells_news: bool) -> None:
        super().__init__(data)
        self.tells_news = tells_news

    def clean_since(self) -> datetime | None:
        """The moment: a day begins at midnight here, a time without an offset is ours."""
        text = self.cleaned_data["since"]
        if not text:
            return None
        if not self.tells_news:
            raise forms.ValidationError(_("汇总数据集不能按 since 查询，请下载全部。"))
        try:
            found = parse_datetime(text) or parse_date(text)
        except ValueError:
            found = None
        if found is None:
            raise forms.ValidationError(_("since 须写作 2026-11-27 或 2026-11-27T08:00:00+08:00。"))
        if not isinstance(found, datetime):
            found = datetime.combine(found, time.min)
        return found if timezone.is_aware(found) else timezone.make_aware(found)


class PageForm(forms.Form):
    """Which page of a list, and how long; longer than allowed is as long as allowed."""

    page = forms.IntegerField(required=False, min_value=1, max_value=MOST_PAGES)
    pageSize = forms.IntegerField(required=False, min_value=1)

    def __init__(self, data, *, size: int) -> None:
        super().__init__(data)
        self.size = size

    def clean_page(self) -> int:
        return self.cleaned_data["page"] or 1

    def clean_pageSize(self) -> int:
        return min(self.cleaned_data["pageSize"] or self.size, MOST_A_PAGE)
