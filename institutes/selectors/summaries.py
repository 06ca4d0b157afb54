"""A county's list of all that it recommends in a call: what it says, what is still missing, who reads issued ones."""

from collections.abc import Iterable

from django.db.models import F, Q, QuerySet

from accounts.models import Division, User
from accounts.reach import reach_of
from institutes.enums import ApplicationState
from institutes.models import Application, Call, RecommendationList
from institutes.selectors.applications import APPLICATION_TYPE
from institutes.selectors.content import co_builders_of
from institutes.selectors.county import order_is_fixed, ranked_in
from institutes.selectors.cultivation import CITY_READERS, POOL_READERS
from institutes.selectors.sides import COUNTY
from records.amounts import in_wan
from records.errors import Reason
from records.models import AuditEvent

SUMMARY_READERS = POOL_READERS
"""Who reads lists of recommendations: a county its own, bureau and auditor all of them."""


def summaries_visible_to(user: User) -> QuerySet[RecommendationList]:
    """A county's own lists for its staff and its leader, all of them for bureau and auditor."""
    rows = RecommendationList.objects.select_related("call__edition", "division", "issued_by")
    if not user.is_authenticated:
        return rows.none()
    if user.is_system or user.holds(*CITY_READERS):
        return rows
    return rows.filter(division_id__in=sorted(reach_of(user.memberships_active, *COUNTY).divisions))


def search_summaries(rows: QuerySet[RecommendationList], text: str) -> QuerySet[RecommendationList]:
    """Those whose number, county or call contains ``text``."""
    return rows.filter(
        Q(number__icontains=text) | Q(division__name__icontains=text) | Q(call__title__icontains=text)
    )


def listed_in_order(call: Call, division: Division) -> QuerySet[Application]:
    """What a county recommends in a call, in the order of its list: as it ranked them, then as they came in."""
    rows = ranked_in(call, division).select_related("host", "chain")
    return rows.order_by(F("county_rank").asc(nulls_last=True), "received_at", "pk")


def missing_in_summary(call: Call, division: Division, applications: Iterable[Application]) -> list[Reason]:
    """Why the list of these cannot be issued yet: nothing to list, a letter not signed, no order."""
    found = list(applications)
    if not found:
        return [Reason(f"本县（市、区）在《{call}》中没有推荐的申报。", field="call")]
    faults = [
        Reason(f"“{one}”尚未签发推荐函。", url=one.get_absolute_url())
        for one in found
        if one.state == ApplicationState.COUNTY_SIGNING
    ]
    unranked = sum(one.county_rank is None for one in found)
    if unranked and not order_is_fixed(call, division):
        faults.append(Reason(f"尚有 {unranked} 件没有推荐排序，请先排序并保存。"))
    return faults


def as_listed(applications: Iterable[Application]) -> list[dict]:
    """What the list says of each, as plain data in its order."""
    found = list(applications)
    partners, letters = co_builders_of(found), _letters_of(found)
    return [
        {
            "place": place,
            "name": one.institute_name,
            "number": one.number or "",
            "host": one.host.name,
            "uscc": one.host.uscc,
            "chain": one.chain.name if one.chain else "",
            "co_builders": partners[one.pk],
            "opinion": one.county_opinion,
            "support": one.county_support,
            "support_amount": in_wan(one.county_support_amount) if one.county_support_amount else "",
            "support_document": one.county_support_document,
            "letter": letters.get(one.pk, ""),
        }
        for place, one in enumerate(found, 1)
    ]


def _letters_of(applications: Iterable[Application]) -> dict[int, str]:
    """The numbers of their letters of recommendation, by application."""
    signed = AuditEvent.objects.filter(
        subject_type=APPLICATION_TYPE,
        subject_id__in=[one.pk for one in applications],
        verb=f"{APPLICATION_TYPE}.sign_recommendation",
        data__has_key="paper",
    )
    return {event.subject_id: event.data["paper"]["number"] for event in signed.order_by("pk")}


def last_summary(call: Call, division: Division) -> RecommendationList | None:
    """The list that a county issued last in a call."""
    return call.recommendation_lists.filter(division=division).order_by("-version").first()


def former_summary(summary: RecommendationList) -> RecommendationList | None:
    """The list whose place this one took."""
    rows = RecommendationList.objects.filter(call=summary.call_id, division=summary.division_id)
    return rows.filter(version__lt=summary.version).order_by("-version").first()
