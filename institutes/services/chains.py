"""The map of industry chains (四(一)): kept by the bureau, each entry by a document, each change in the register.

Whatever is changed goes through the chain: it is locked, the table of moves is asked, the register told.
"""

from collections.abc import Sequence
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import User
from institutes import selectors
from institutes.lifecycle import CHAIN
from institutes.models import ChainMember, ChainSegment, ChainSource, IndustryChain
from institutes.selectors.chains import institutes_in
from records import attachments, clock
from records.errors import BadFile, Conflict, Incomplete, Reason
from records.lifecycle import Stamps

SOURCE_FILE = "chain_source"


@transaction.atomic
def enter_chain(
    *,
    code: str,
    name: str,
    industry: str,
    by: User,
    segments: Sequence[tuple[str, str]] = (),
    kind: str = "",
    is_priority: bool = False,
    order: int = 0,
    at: datetime | None = None,
) -> IndustryChain:
    """Enter a chain with its ``segments``, each ``(position, name)`` from upstream to downstream."""
    _refuse_same_name(name, code=code)
    chain = IndustryChain.objects.create(
        code=code,
        name=name.strip(),
        industry=industry.strip(),
        kind=kind,
        is_priority=is_priority,
        order=order,
    )
    ChainSegment.objects.bulk_create(
        ChainSegment(chain=chain, position=position, name=segment, order=place)
        for place, (position, segment) in enumerate(segments, 1)
    )
    CHAIN.begin(chain, by=by, at=at, segments=[segment for _, segment in segments])
    return chain


def _refuse_same_name(name: str, *, code: str = "", besides: int = 0) -> None:
    others = IndustryChain.objects.exclude(pk=besides)
    found = []
    if others.filter(name=name.strip()).exists():
        found.append(Reason(f"产业链“{name}”已在图谱中。", field="name"))
    if code and others.filter(code=code).exists():
        found.append(Reason(f"代码“{code}”已用于另一条产业链。", field="code"))
    Conflict.unless_empty(found)


@transaction.atomic
def revise_chain(
    *,
    chain: IndustryChain,
    name: str,
    industry: str,
    by: User,
    kind: str = "",
    is_priority: bool = False,
    order: int = 0,
    at: datetime | None = None,
) -> IndustryChain:
    """Rename a chain, place it elsewhere, or say of which type it is.

    Versions of applications keep the name that they were handed in with, and evaluations the type of their day.
    """
    _refuse_same_name(name, besides=chain.pk)
    new: Stamps = {
        "name": name.strip(),
        "industry": industry.strip(),
        "kind": kind,
        "is_priority": is_priority,
        "order": order,
    }
    CHAIN.move(chain, "revise", by=by, at=at, data=change_of(chain, new), **new)
    return chain


def change_of(row: object, new: dict) -> dict:
    """What a revision changes, before and after, for the register."""
    changed = {name: value for name, value in new.items() if getattr(row, name) != value}
    return {
        "before": {name: _plain(getattr(row, name)) for name in changed},
        "after": {name: _plain(value) for name, value in changed.items()},
    }


def _plain(value: object) -> object:
    return value if isinstance(value, bool | int | str) else str(value)


@transaction.atomic
def retire_chain(*, chain: IndustryChain, reason: str, by: User, at: datetime | None = None) -> IndustryChain:
    """Take a chain off the map; it stays on record. Refused while applications or institutes stand on it."""
    CHAIN.move(chain, "retire", by=by, at=at, reason=reason)
    found = []
    if count := selectors.open_applications_of(chain):
        found.append(Reason(f"还有 {count} 份在办申报选择了“{chain}”，办结后才能停用。"))
    if count := selectors.institutes_on_the_map().filter(chain=chain).count():
        found.append(Reason(f"“{chain}”上已有 {count} 家认定的研究院，不能停用。"))
    if count := selectors.proposals_waiting(chain):
        found.append(Reason(f"还有 {count} 项县级建议待审定，办结后才能停用。"))
    Conflict.unless_empty(found)
    return chain


@transaction.atomic
def restore_chain(*, chain: IndustryChain, by: User, at: datetime | None = None) -> IndustryChain:
    """Put a chain back on the map, with everybody who stood on it."""
    CHAIN.move(chain, "restore", by=by, at=at)
    return chain


# --- segments -------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_segment(
    *,
    chain: IndustryChain,
    position: str,
    name: str,
    by: User,
    order: int = 0,
    at: datetime | None = None,
    proposal: int | None = None,
) -> ChainSegment:
    """Add a segment to a chain; ``proposal`` is the county's proposal it comes from."""
    data = {"segment": name.strip(), "position": position} | ({"proposal": proposal} if proposal else {})
    CHAIN.move(chain, "add_segment", by=by, at=at, data=data)
    _refuse_same_segment(chain, name)
    return ChainSegment.objects.create(chain=chain, position=position, name=name.strip(), order=order)


def _refuse_same_segment(chain: IndustryChain, name: str, *, besides: int = 0) -> None:
    if chain.segments.filter(name=name.strip(), is_active=True).exclude(pk=besides).exists():
        raise Conflict(Reason(f"“{chain}”已有环节“{name}”。", field="name"))


@transaction.atomic
def revise_segment(
    *,
    chain: IndustryChain,
    segment: ChainSegment,
    position: str,
    name: str,
    by: User,
    order: int = 0,
    at: datetime | None = None,
) -> ChainSegment:
    """Rename a segment, or place it elsewhere on its chain."""
    new = {"position": position, "name": name.strip(), "order": order}
    data = {"segment": segment.name, **change_of(segment, new)}
    CHAIN.move(chain, "revise_segment", by=by, at=at, data=data)
    _in_use(chain, segment)
    _refuse_same_segment(chain, name, besides=segment.pk)
    for column, value in new.items():
        setattr(segment, column, value)
    segment.save(update_fields=list(new))
    return segment


def _in_use(chain: IndustryChain, segment: ChainSegment, *, field: str = "segment") -> None:
    """Refuse a segment of another chain, or one that was closed in the meantime."""
    fresh = chain.segments.filter(pk=segment.pk, is_active=True).first()
    if fresh is None:
        raise Conflict(Reason(f"环节“{segment.name}”不在“{chain}”的在用环节中。", field=field))


@transaction.atomic
def merge_segment(
    *,
    chain: IndustryChain,
    segment: ChainSegment,
    into: ChainSegment,
    reason: str,
    by: User,
    at: datetime | None = None,
) -> ChainSegment:
    """Close a segment in favour of another one of the chain: its enterprises go there, its institutes count there.

    An enterprise that stands on both stays where it is already. Applications keep what they chose.
    """
    data = {"segment": segment.name, "into": into.name}
    CHAIN.move(chain, "merge_segment", by=by, at=at, reason=reason, data=data)
    if segment.pk == into.pk:
        raise Conflict(Reason("请选择另一个环节作为并入的环节。", field="into"))
    _in_use(chain, segment)
    _in_use(chain, into, field="into")
    there = into.members.filter(until__isnull=True).values("uscc")
    here = segment.members.filter(until__isnull=True)
    here.exclude(uscc__in=there).update(segment=into)
    here.update(until=clock.today())
    segment.merged.update(merged_into=into)
    segment.is_active, segment.merged_into = False, into
    segment.save(update_fields=["is_active", "merged_into"])
    return segment


@transaction.atomic
def retire_segment(
    *, chain: IndustryChain, segment: ChainSegment, reason: str, by: User, at: datetime | None = None
) -> ChainSegment:
    """Close a segment on which nothing stands any more. Raises ``Conflict`` with everything that still does."""
    CHAIN.move(chain, "retire_segment", by=by, at=at, reason=reason, data={"segment": segment.name})
    _in_use(chain, segment)
    Conflict.unless_empty(_stands_on(segment))
    segment.is_active = False
    segment.save(update_fields=["is_active"])
    return segment


def _stands_on(segment: ChainSegment) -> list[Reason]:
    out = "；请先移出，或改用“合并环节”"
    merged = [segment.pk, *segment.merged.values_list("pk", flat=True)]
    counts = (
        (segment.members.filter(until__isnull=True).count(), "家在列企业", out),
        (selectors.open_applications_in([segment]), "份在办申报", "；请办结后停用，或改用“合并环节”"),
        (
            institutes_in(merged).count(),
            "家认定的研究院",
            "；请改用“合并环节”",
        ),
    )
    return [
        Reason(f"环节“{segment.name}”还有 {count} {what}，不能停用{way_out}。", field="segment")
        for count, what, way_out in counts
        if count
    ]


# --- documents ------------------------------------------------------------------------------------------------------


def take_source(
    *, source: ChainSource | None, title: str, number: str, file: UploadedFile | None, by: User
) -> ChainSource:
    """The document by which something is entered: one chosen, or a new one; the same title and number is one."""
    if source is not None:
        return source
    if not title.strip():
        raise Incomplete(
            Reason("请选择已有的依据文件，或填写文件名称。", field="source_title", clause="四(一)")
        )
    found, _created = ChainSource.objects.get_or_create(title=title.strip(), number=number.strip())
    if file is not None:
        BadFile.unless_empty(attachments.faults_of(file))
        attachments.attach_file(subject=found, kind=SOURCE_FILE, upload=file, by=by)
    return found


def present_member(chain: IndustryChain, member: ChainMember) -> ChainMember:
    """The row as it stands under the chain's lock; refused where it was ended in the meantime."""
    found = ChainMember.objects.present().filter(pk=member.pk, segment__chain=chain).first()
    if found is None:
        raise Conflict(Reason(f"“{member.name}”已不在“{chain}”的在列企业中，请刷新页面。", field="member"))
    return found
