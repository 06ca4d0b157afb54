"""The circumstances of an application, gathered from its rows: the call, its edition, the host, the chain map."""

from collections.abc import Mapping
from dataclasses import replace

from django.db.models import Q
from django.utils import timezone

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from institutes.book.values import Host, Setting
from institutes.enums import ChainState
from institutes.models import Application, Call, ChainMember, ChainSegment, IndustryChain
from records import clock

NAMES = "_names"
"""Where a frozen version keeps the names of the rows it refers to, beside the sections."""


def setting_of(application: Application) -> Setting:
    """What the book of this application is read against, as things stand now. Four queries."""
    chosen = (application.chain_id, application.segment_id)
    return setting_for(application.call, application.host, chosen=chosen)


def setting_for(
    call: Call, host: Organisation, *, chosen: tuple[int | None, int | None] = (None, None)
) -> Setting:
    """``chosen`` are the chain and the segment that the application names: it may keep them, closed since or not."""
    chain, segment = chosen
    in_use = Q(state=ChainState.ACTIVE) | Q(pk=chain)
    chains = tuple(IndustryChain.objects.filter(in_use).values_list("pk", "name"))
    in_use = Q(is_active=True, chain__state=ChainState.ACTIVE) | Q(pk=segment)
    segments = list(ChainSegment.objects.filter(in_use).select_related("chain"))
    return Setting(
        terms=call.edition.terms,
        closes_on=timezone.localdate(call.closes_at),
        year=call.year,
        host=_host(host),
        options={"chains": chains, "segments": tuple((s.pk, f"{s.chain.name}·{s.name}") for s in segments)},
        parents={segment.pk: segment.chain_id for segment in segments},
        today=clock.today(),
    )


def _host(organisation: Organisation) -> Host:
    standing = ChainMember.objects.present().filter(uscc=organisation.uscc)
    return Host(
        name=organisation.name,
        uscc=organisation.uscc,
        is_enterprise=organisation.kind == OrganisationKind.ENTERPRISE,
        in_city=organisation.division_id is not None,
        chain_roles=frozenset(standing.values_list("segment__chain_id", "role")),
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
