"""The circumstances of a proposal: its call with its edition and guide, and the leading unit."""

from collections.abc import Mapping

from django.utils import timezone

from accounts.enums import OrganisationKind
from institutes.book.values import Host, Setting
from projects.models import Proposal
from records import clock

NAMES = "_names"
"""Where a frozen version keeps the name of the topic it refers to, beside the sections."""


def setting_of(proposal: Proposal) -> Setting:
    """What the book of this proposal is read against, as things stand now. One query."""
    call, host = proposal.call, proposal.host
    topics = call.guide.topics.select_related("chain").order_by("code")
    return Setting(
        terms=call.edition.terms,
        closes_on=timezone.localdate(call.closes_at),
        year=call.year,
        host=Host(
            name=host.name,
            uscc=host.uscc,
            is_enterprise=host.kind == OrganisationKind.ENTERPRISE,
            in_city=host.division_id is not None,
        ),
        options={
            "topics": tuple((topic.pk, f"{topic.chain.name}·{topic.code} {topic.title}") for topic in topics)
        },
        today=clock.today(),
    )


def answers_of_draft(proposal: Proposal) -> dict[str, dict]:
    """The answers as they stand in the draft, by section."""
    return {section.code: section.answers for section in proposal.sections.all()}


def frozen_names(answers: Mapping[str, Mapping], setting: Setting) -> dict[str, str]:
    """The name of the topic chosen, to be kept with a version."""
    topic = answers.get("basics", {}).get("topic")
    return {f"topics:{topic}": setting.label_of("topics", topic)} if topic else {}
