"""Reads for the county's part: what was looked up and whether it still counts, the order of its recommendations."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.db.models import F, Q, QuerySet

from accounts.models import Division, User
from accounts.reach import reach_of
from institutes.enums import ApplicationState, CountyFile, CountyProposal, IntegrityResult
from institutes.models import Application, Call, IntegrityCheck, IntegrityListing
from institutes.models.application import AFTER_COUNTY
from institutes.selectors.applications import applications_visible_to
from institutes.selectors.sides import COUNTY
from records.errors import Reason
from records.models import Attachment

RECOMMENDED = Q(
    county_proposal=CountyProposal.RECOMMEND,
    state__in=[ApplicationState.COUNTY_SIGNING, *AFTER_COUNTY],
)
"""What a county recommends, signed or about to be."""


def integrity_items(application: Application) -> Mapping[str, str]:
    """What has to be looked up before a recommendation, with its label, in the order of the edition."""
    return {item["code"]: item["label"] for item in application.call.edition.terms["integrity_items"]}


def integrity_of(application: Application) -> dict[str, IntegrityCheck]:
    """The last look-up of each item."""
    return {row.item: row for row in sorted(application.integrity_checks.all(), key=lambda row: row.pk)}


def support_file_of(application: Application) -> Attachment | None:
    """The document on which the county's support rests, as it is now."""
    rows = Attachment.objects.about(application).current().filter(kind=CountyFile.SUPPORT)
    return rows.select_related("uploaded_by").last()


def holds_until(check: IntegrityCheck) -> date:
    """The last day on which a look-up counts."""
    days = int(check.application.call.edition.terms["limits"]["integrity_valid_days"])
    return check.checked_on + timedelta(days=days)


def listings_of(application: Application, *, on: date) -> list[IntegrityListing]:
    """The portal's own entries of its host in the list of dishonesty that count on that day."""
    return [one for one in application.host.integrity_listings.all() if one.is_in_force(on)]


def listing_words(listing: IntegrityListing) -> str:
    """An entry in words, with the paper it rests on."""
    return f"本平台失信登记：{listing.reason}（{listing.source}），至 {listing.until:%Y-%m-%d}"


def listing_faults(application: Application, *, on: date) -> list[Reason]:
    """Why a listed unit must not apply now."""
    return [
        Reason(f"{listing_words(one)}，期满前不能申报、推荐。", field="integrity")
        for one in listings_of(application, on=on)
    ]


def integrity_faults(application: Application, *, on: date) -> list[Reason]:
    """Everything that speaks against recommending: listed here, not looked up, looked up too long ago, or found."""
    known, found = integrity_of(application), listing_faults(application, on=on)
    for code, label in integrity_items(application).items():
        check = known.get(code)
        if check is None:
            found.append(Reason(f"尚未查询{label}，请先登记查询结果。", field="integrity"))
        elif check.result == IntegrityResult.LISTED:
            found.append(
                Reason(
                    f"{label}查有记录（{check.note}），不能推荐；记录消除后请重新查询。", field="integrity"
                )
            )
        elif on > holds_until(check):
            until = holds_until(check)
            words = f"{label}的查询已于 {until:%Y-%m-%d} 过有效期，请重新查询。"
            found.append(Reason(words, field="integrity"))
    return found


def own_division(user: User) -> Division | None:
    """The county for which this person acts."""
    divisions = sorted(reach_of(user.memberships_active, *COUNTY).divisions)
    return Division.objects.filter(pk__in=divisions).first()


def recommended_by(user: User) -> QuerySet[Application]:
    """What this person's own county recommends, signed or to be signed: in its order, then as it came in."""
    divisions = sorted(reach_of(user.memberships_active, *COUNTY).divisions)
    return (
        applications_visible_to(user)
        .filter(RECOMMENDED, division_id__in=divisions)
        .prefetch_related("integrity_checks", "host__integrity_listings")
        .order_by(F("county_rank").asc(nulls_last=True), "received_at", "pk")
    )


def ranked_in(call: Call, division: Division) -> QuerySet[Application]:
    """Those of a county that its order in a call is about."""
    return Application.objects.filter(RECOMMENDED, call=call, division=division)


def order_is_fixed(call: Call, division: Division) -> bool:
    """Whether the bureau has taken up the first of them: from then on the order stays."""
    return Application.objects.filter(call=call, division=division, formal_proposed_at__isnull=False).exists()
