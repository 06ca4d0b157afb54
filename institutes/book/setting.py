"""The circumstances of an application, gathered from its rows: the call, its edition, the host, the chain map."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from django.db.models import Q
from django.utils import timezone

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from institutes.book.values import Former, Host, Setting
from institutes.enums import ChainState
from institutes.models import (
    Application,
    ApplicationVersion,
    Call,
    ChainMember,
    ChainSegment,
    IndustryChain,
)
from records import clock

NAMES = "_names"
"""Where a frozen version keeps the names of the rows it refers to, beside the sections."""


def setting_of(application: Application) -> Setting:
    """What the book of this application is read against, as things stand now. Five queries."""
    chosen = (application.chain_id, application.segment_id)
    found = setting_for(application.call, application.host, chosen=chosen)
    return replace(found, former=_formers([application]).get(application.pk))


def settings_of(applications: Sequence[Application]) -> dict[int, Setting]:
    """What the books of many applications are read against, by application: four queries for all of them."""
    picked = {one.chain_id for one in applications}, {one.segment_id for one in applications}
    chains = tuple(
        IndustryChain.objects.filter(Q(state=ChainState.ACTIVE) | Q(pk__in=picked[0])).values_list(
            "pk", "name"
        )
    )
    in_use = Q(is_active=True, chain__state=ChainState.ACTIVE) | Q(pk__in=picked[1])
    segments = list(ChainSegment.objects.filter(in_use).select_related("chain"))
    members = ChainMember.objects.present().filter(uscc__in={one.host.uscc for one in applications})
    roles: dict[str, set[tuple[int, str]]] = {}
    for uscc, chain, role in members.values_list("uscc", "segment__chain_id", "role"):
        roles.setdefault(uscc, set()).add((chain, role))
    formers = _formers(applications)
    return {
        one.pk: replace(
            _setting(one.call, _host(one.host, roles.get(one.host.uscc, ())), chains, segments),
            former=formers.get(one.pk),
        )
        for one in applications
    }


def _formers(applications: Sequence[Application]) -> dict[int, Former]:
    """By application, what its unit handed in the last time before, as it stood last. One query for all of them."""
    earlier = ApplicationVersion.objects.filter(
        application__host__in={one.host_id for one in applications},
        application__lt=max((one.pk for one in applications), default=0),
    )
    rows = earlier.order_by("application_id", "-number").distinct("application_id")
    found: dict[int, Former] = {}
    for pk, host, year, answers in rows.values_list(
        "application_id", "application__host_id", "application__call__year", "answers"
    ):
        later = (one.pk for one in applications if one.host_id == host and one.pk > pk)
        found |= dict.fromkeys(later, Former(year, answers))
    return found


def setting_for(
    call: Call, host: Organisation, *, chosen: tuple[int | None, int | None] = (None, None)
) -> Setting:
    """``chosen`` are the chain and the segment that the application names: it may keep them, closed since or not."""
    chain, segment = chosen
    in_use = Q(state=ChainState.ACTIVE) | Q(pk=chain)
    chains = tuple(IndustryChain.objects.filter(in_use).values_list("pk", "name"))
    in_use = Q(is_active=True, chain__state=ChainState.ACTIVE) | Q(pk=segment)
    segments = list(ChainSegment.objects.filter(in_use).select_related("chain"))
    standing = ChainMember.objects.present().filter(uscc=host.uscc).values_list("segment__chain_id", "role")
    return _setting(call, _host(host, standing), chains, segments)


def _setting(
    call: Call, host: Host, chains: tuple[tuple[int, str], ...], segments: list[ChainSegment]
) -> Setting:
    return Setting(
        terms=call.edition.terms,
        closes_on=timezone.localdate(call.closes_at),
        year=call.year,
        host=host,
        options={"chains": chains, "segments": tuple((s.pk, f"{s.chain.name}·{s.name}") for s in segments)},
        parents={segment.pk: segment.chain_id for segment in segments},
        today=clock.today(),
    )


def _host(organisation: Organisation, roles: Iterable[tuple[int, str]]) -> Host:
    return Host(
        name=organisation.name,
        uscc=organisation.uscc,
        is_enterprise=organisation.kind == OrganisationKind.ENTERPRISE,
        in_city=organisation.division_id is not None,
        chain_roles=frozenset(roles),
    )


def answers_of_draft(application: Application) -> dict[str, dict]:
    """The answers as they stand in the draft, by section."""
    return {section.code: section.answers for section in application.sections.all()}


def frozen_names(answers: Mapping[str, Mapping], setting: Setting) -> dict[str, str]:
    """The names of the chain and the segment chosen, to be kept with a version."""
    basics = answers.get("basics", {})
    picked = {"chains": basics.get("chain"), "segments": basics.get("segment")}
    return {f"{source}:{pk}": setting.label_of(source, pk) for source, pk in picked.items() if pk}


def with_frozen_names(setting: Setting, answers: Mapping) -> Setting:
    """The setting in which a frozen version is read: what it names is called as it was called then."""
    options = {source: list(choices) for source, choices in setting.options.items()}
    for key, label in answers.get(NAMES, {}).items():
        source, _sep, pk = key.partition(":")
        kept = [choice for choice in options.get(source, []) if choice[0] != int(pk)]
        options[source] = [*kept, (int(pk), label)]
    return replace(setting, options={source: tuple(choices) for source, choices in options.items()})
