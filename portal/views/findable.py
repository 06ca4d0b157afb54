"""How the public pages are found from outside: maps for search engines, feeds for whoever wants to be told."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import index, sitemap
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal import navigation
from portal.selectors import public
from portal.selectors.open_data import DATASETS

PER_PART = 5000
TOLD = 30
CLOSED = ("/api/", "/admin/", "/accounts/", "/login/", "/ui/")


class _Pages(Sitemap):
    """The pages that take no arguments."""

    def items(self) -> list[str]:
        items = (*navigation.PUBLIC_MENU, *(item for part in navigation.PUBLIC_FOOT for item in part.items))
        return list(dict.fromkeys(filter(None, (navigation.address(item.url_name) for item in items))))

    def location(self, item: str) -> str:
        return item


class _Rows(Sitemap):
    """Rows of one kind that everybody may read, a part at a time."""

    limit = PER_PART
    rows = staticmethod(lambda: [])
    page = ""
    changed = ""

    def items(self) -> QuerySet:
        return self.rows()

    def location(self, item) -> str:
        return reverse(self.page, args=[item.pk]) if self.page else item.get_absolute_url()

    def lastmod(self, item):
        return getattr(item, self.changed, None) if self.changed else None


def _part(rows, page: str, changed: str = "") -> type[_Rows]:
    return type(f"{page}Part", (_Rows,), {"rows": staticmethod(rows), "page": page, "changed": changed})


class _Datasets(Sitemap):
    """What is published as data, to read, and how the register is checked."""

    def items(self) -> list[str]:
        return [reverse("open-data-set", args=[name]) for name in DATASETS] + [reverse("open-data-register")]

    def location(self, item: str) -> str:
        return item


PARTS = {
    "pages": _Pages,
    "open-data": _Datasets,
    "calls": _part(public.published_calls, "institutes:call", "published_at"),
    "project-calls": _part(public.published_project_calls, "projects:project-call", "published_at"),
    "notices": _part(public.posted_notices, "notices:publicity", "posted_at"),
    "institutes": _part(public.listed_institutes, "directory-institute"),
    "services": _part(public.shown_services, "", "published_at"),
    "county-policies": _part(public.issued_county_policies, "institutes:local-policy", "published_at"),
}


@login_not_required
@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    """The parts of the map."""
    return index(request, PARTS, sitemap_url_name="sitemap-part")


@login_not_required
@require_safe
def site_map_part(request: HttpRequest, section: str) -> HttpResponse:
    """One part of the map; 404 for one that is not there."""
    return sitemap(request, PARTS, section)


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What machines are asked to leave alone, and where the map lies."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED)]
    lines += [
        "Disallow: /search/",
        "Disallow: /*?",
        "",
        f"Sitemap: {settings.PORTAL_URL}{reverse('sitemap')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


class _News(Feed):
    """What was published lately, the latest first, as Atom."""

    feed_type = Atom1Feed
    language = "zh-CN"
    author_name = _("石家庄市科学技术局")

    def item_title(self, item) -> str:
        return item.title

    def item_link(self, item) -> str:
        return item.get_absolute_url()

    def item_guid(self, item) -> str:
        return f"{settings.PORTAL_URL}{item.get_absolute_url()}"


class CallFeed(_News):
    """Calls of both kinds: what may be applied for, and until when."""

    title = _("申报通知：石家庄市产业技术研究院")
    description = _("认定申报和联合攻关专项的申报通知")

    def link(self) -> str:
        return reverse("institutes:call-list")

    def items(self) -> list:
        rows = [*public.published_calls()[:TOLD], *public.published_project_calls()[:TOLD]]
        return sorted(rows, key=lambda call: call.published_at, reverse=True)[:TOLD]

    def item_description(self, item) -> str:
        return public.window_in_words(item)

    def item_pubdate(self, item) -> datetime:
        return item.published_at

    item_updateddate = item_pubdate


class NoticeFeed(_News):
    """Public notices and until when one may object."""

    title = _("公示公告：石家庄市产业技术研究院")
    description = _("拟认定名单等事项的公示")

    def link(self) -> str:
        return reverse("notices:publicity-list")

    def items(self) -> QuerySet:
        return public.posted_notices()[:TOLD]

    def item_description(self, item) -> str:
        return public.period_in_words(item)

    def item_pubdate(self, item) -> datetime:
        return item.posted_at

    item_updateddate = item_pubdate


feed_calls = login_not_required(require_safe(CallFeed()))
feed_notices = login_not_required(require_safe(NoticeFeed()))
