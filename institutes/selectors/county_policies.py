"""Reads of the policies that counties issue of their own (五(三)): who sees which, what is in force, who has none."""

from collections.abc import Mapping
from datetime import date

from django.db.models import Count, Q, QuerySet

from accounts.models import Division, User
from accounts.reach import reach_of
from institutes.enums import CountyPolicyState
from institutes.models import CountyPolicy, RecognitionEdition
from institutes.models.county_policy import ISSUED, UNISSUED
from institutes.selectors.cultivation import CITY_READERS
from institutes.selectors.sides import COUNTY

POLICY_READERS = (*COUNTY, *CITY_READERS)
"""Who meets the officers' pages: a county its own, bureau and auditor what was published."""
IN_FORCE, FORMER, PENDING = "current", "former", "pending"
"""Where a policy stands: in force, no longer, or not issued yet."""


def county_policies_visible_to(user: User) -> QuerySet[CountyPolicy]:
    """A county's own from the first draft; what was published for bureau and auditor."""
    rows = CountyPolicy.objects.select_related("division", "edition", "file", "replaces")
    if not user.is_authenticated:
        return rows.none()
    if user.is_system:
        return rows
    condition = Q(division_id__in=sorted(reach_of(user.memberships_active, *COUNTY).divisions))
    if user.holds(*CITY_READERS):
        condition |= Q(state__in=ISSUED)
    return rows.filter(condition)


def search_county_policies(rows: QuerySet[CountyPolicy], text: str) -> QuerySet[CountyPolicy]:
    """Those whose title or number contains ``text``, or that give something by that name."""
    found = rows.filter(
        Q(title__icontains=text) | Q(number__icontains=text) | Q(measures__content__icontains=text)
    )
    return rows.filter(pk__in=found.values("pk"))


def giving(rows: QuerySet[CountyPolicy], item: str) -> QuerySet[CountyPolicy]:
    """Those that give something for a measure of the municipal policy."""
    return rows.filter(measures__item=item)


def policies_standing(rows: QuerySet[CountyPolicy], word: str, *, on: date) -> QuerySet[CountyPolicy]:
    """Those in force on a day, those that no longer are, or those that a county is still at work on."""
    if word == PENDING:
        return rows.filter(state__in=UNISSUED)
    keys = CountyPolicy.objects.in_force(on).values("pk")
    return (
        rows.filter(pk__in=keys) if word == IN_FORCE else rows.filter(state__in=ISSUED).exclude(pk__in=keys)
    )


def published_policies() -> QuerySet[CountyPolicy]:
    """What everybody may read, county by county, with what each gives."""
    rows = CountyPolicy.objects.issued().select_related("division", "file", "replaces")
    return rows.prefetch_related("measures").order_by("division__code", "-issued_on", "-pk")


def versions_of(policy: CountyPolicy) -> list[CountyPolicy]:
    """The versions before it and after it that were published, the latest first."""
    found, ends = {policy.pk: policy}, [policy.pk]
    while ends:
        near = CountyPolicy.objects.filter(Q(replaces__in=ends) | Q(replacements__in=ends)).issued()
        ends = [one.pk for one in near if one.pk not in found]
        found |= {one.pk: one for one in near}
    return sorted(found.values(), key=lambda one: one.version, reverse=True)


def counties_by_policy(*, on: date) -> QuerySet[Division]:
    """Every county with how many of its policies are in force: those with none first."""
    in_force = Q(
        Q(county_policies__valid_to__isnull=True) | Q(county_policies__valid_to__gte=on),
        county_policies__state=CountyPolicyState.PUBLISHED,
    )
    rows = Division.objects.active().annotate(
        in_force=Count("county_policies", filter=in_force, distinct=True)
    )
    return rows.order_by("in_force", "code")


def support_measures(edition: RecognitionEdition) -> Mapping[str, dict]:
    """The measures of the municipal policy that a county may add to, by their code."""
    return {item["code"]: item for item in edition.terms.get("support_measures", [])}


def support_measures_on(day: date) -> Mapping[str, dict]:
    """The same, by the edition in force on a day; nothing before there is one."""
    editions = RecognitionEdition.objects.filter(kind="recognition", valid_from__lte=day)
    edition = editions.order_by("-valid_from").first()
    return support_measures(edition) if edition else {}
