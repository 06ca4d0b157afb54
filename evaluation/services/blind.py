"""The blinded package: searched by the portal, cleared by people, frozen before anybody is drawn."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.services import system_user
from evaluation import notifications, selectors, tasks
from evaluation.enums import OPEN_HITS, OPEN_PANELS, FileChoice, HitAnswer, PackageState
from evaluation.lifecycle import PACKAGE
from evaluation.models import BlindFile, BlindHit, BlindPackage, Panel
from evaluation.selectors.blind import Search, SearchedFile, Sign
from records import clock, deadlines
from records.errors import Conflict, IllegalMove, Incomplete, Reason, SamePerson
from records.lifecycle import lock


def open_package(panel: Panel, *, by: User, at: datetime) -> BlindPackage:
    """Begin the package of a panel; the search is made after the commit. Called twice, it begins one."""
    package, is_new = BlindPackage.objects.get_or_create(
        panel=panel, defaults={"opened_at": at, "opened_by": by}
    )
    if is_new:
        PACKAGE.begin(package, by=by, at=at, panel=panel.code)
        transaction.on_commit(partial(tasks.scan_package.delay, package.pk), robust=True)
    return package


def sweep_packages() -> int:
    """Begin the packages that are missing, and search those that no task has searched; returns how many."""
    by, now = system_user(), clock.now()
    for panel in selectors.panels_without_package():
        _begin_late(panel, by=by, at=now)
    waiting = list(selectors.packages_to_scan())
    for package in waiting:
        search_package(package=package)
    return len(waiting)


@transaction.atomic
def _begin_late(panel: Panel, *, by: User, at: datetime) -> None:
    lock(panel)
    open_package(panel, by=by, at=at)


def search_package(*, package: BlindPackage) -> BlindPackage:
    """Search a package for the first time. Where nothing has to be looked at, it is frozen at once."""
    return _search(package, by=system_user(), is_first=True)


def scan_package(*, package: BlindPackage, by: User) -> BlindPackage:
    """Search again, after a change: what was cleared stays cleared where it still stands."""
    return _search(package, by=by, is_first=False)


def _search(package: BlindPackage, *, by: User, is_first: bool) -> BlindPackage:
    """The files are read before any row is locked."""
    found = selectors.search_of(package.panel)
    return _enter_search(package, found, by=by, is_first=is_first)


@transaction.atomic
def _enter_search(package: BlindPackage, found: Search, *, by: User, is_first: bool) -> BlindPackage:
    _lock(package)
    if is_first and (package.scanned_at or package.state != PackageState.PREPARING):
        return package
    now = clock.now()
    numbers = {annex.attachment.pk: n for n, annex in enumerate(found.files, 1)}
    _enter_files(package, found.files, numbers)
    _enter_signs(package, found)
    content = selectors.masked(found.content, selectors.masks_of(package))
    _move(package, "scan", by=by, at=now, scanned_at=now, scanned_by=by, content=content)
    if is_first:
        _freeze_or_tell(package, by=by, at=now)
    return package


def _enter_files(package: BlindPackage, files: Iterable[SearchedFile], numbers: dict[int, int]) -> None:
    package.hits.filter(file__isnull=False).delete()
    package.files.exclude(attachment__in=numbers).delete()
    known = {row.attachment_id: row for row in package.files.all()}
    # Numbers are given anew in the order of the annexes: out of the way first, then each its own.
    for row in known.values():
        row.number += 10_000
        row.save(update_fields=["number"])
    for searched in files:
        row = known.get(searched.attachment.pk) or BlindFile(package=package, attachment=searched.attachment)
        row.number, row.finding, row.gap = numbers[searched.attachment.pk], searched.finding, searched.gap
        row.save()
        BlindHit.objects.bulk_create(
            [BlindHit(package=package, file=row, **_fields(sign)) for sign in searched.signs],
            ignore_conflicts=True,
        )


def _enter_signs(package: BlindPackage, found: Search) -> None:
    """New places are entered; what was answered stays as it was; what is gone and waits goes."""
    known = {(hit.path, hit.found): hit for hit in package.hits.filter(file__isnull=True)}
    present = {(sign.path, sign.found) for sign in found.signs}
    gone = [hit.pk for key, hit in known.items() if key not in present and hit.answer in OPEN_HITS]
    package.hits.filter(pk__in=gone).delete()
    new = [sign for sign in found.signs if (sign.path, sign.found) not in known]
    BlindHit.objects.bulk_create(
        [BlindHit(package=package, **_fields(sign)) for sign in new], ignore_conflicts=True
    )


def _fields(sign: Sign) -> dict[str, str]:
    names = ("path", "place", "found", "before", "after", "code")
    return {name: getattr(sign, name) for name in names}


def _freeze_or_tell(package: BlindPackage, *, by: User, at: datetime) -> None:
    if selectors.open_hits_of(package).exists():
        notifications.package_to_clear(package)
    else:
        _freeze(package, by=by, at=at)


# --- places in the book -----------------------------------------------------------------------------------------------


@transaction.atomic
def mask_hit(*, package: BlindPackage, hit: BlindHit, replacement: str, by: User) -> BlindPackage:
    """Put other words in the place of what was found, in the blinded copy alone."""
    _lock(package)
    now, words = clock.now(), replacement.strip()
    _refuse_if_barred(package, "mask", by)
    _lock_hit(package, hit)
    if not words:
        raise Incomplete(Reason("请填写替换文字。", field="replacement"))
    signs = selectors.signs_in(words, package.panel)
    if signs:
        said = f"替换文字“{words}”仍含标识信息，请改用不含单位、人员名称的说法。"
        raise Incomplete(Reason(said, field="replacement"))
    hit.answer, hit.replacement = HitAnswer.MASKED, words
    hit.asked_at = hit.asked_by = None
    hit.answered_at, hit.answered_by, hit.reason = now, by, ""
    hit.save()
    content = selectors.content_of(package)
    _move(package, "mask", by=by, at=now, content=content, data={"place": hit.place})
    return package


@transaction.atomic
def ask_waiver(*, package: BlindPackage, hit: BlindHit, reason: str, by: User) -> BlindPackage:
    """Ask that the words stay, with a reason; another person decides."""
    _lock(package)
    now = clock.now()
    _refuse_if_barred(package, "ask_waiver", by)
    _lock_hit(package, hit)
    Incomplete.unless_empty([] if reason.strip() else [Reason("请说明保留原文的理由。", field="reason")])
    hit.answer, hit.asked_at, hit.asked_by, hit.reason = HitAnswer.ASKED, now, by, reason.strip()
    hit.replacement, hit.answered_at, hit.answered_by = "", None, None
    hit.save()
    content = selectors.content_of(package)
    _move(package, "ask_waiver", by=by, at=now, reason=reason, content=content, data={"place": hit.place})
    notifications.package_waits_for_second(package, by=by)
    return package


@transaction.atomic
def waive_hit(*, package: BlindPackage, hit: BlindHit, by: User) -> BlindPackage:
    """Agree that the words stay; whoever asked cannot."""
    _lock(package)
    now = clock.now()
    _refuse_if_barred(package, "waive", by)
    _lock_hit(package, hit)
    if hit.answer != HitAnswer.ASKED:
        raise IllegalMove(f"“{hit.place}”没有待同意的保留申请。")
    _refuse_same_person(hit.asked_by_id, by, "保留原文")
    hit.answer, hit.answered_at, hit.answered_by = HitAnswer.WAIVED, now, by
    hit.save()
    _move(package, "waive", by=by, at=now, data={"place": hit.place})
    return package


# --- files ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_file(*, package: BlindPackage, file: BlindFile, reason: str, by: User) -> BlindPackage:
    """Ask that a withheld annex goes to the experts, with a reason; another person decides."""
    _lock(package)
    now = clock.now()
    _refuse_if_barred(package, "ask_file", by)
    _lock_file(package, file)
    if file.is_released:
        raise Conflict(f"“{file}”已在放行之列。")
    file.choice, file.reason, file.asked_at, file.asked_by = FileChoice.ASKED, reason.strip(), now, by
    file.chosen_at = file.chosen_by = None
    _move(package, "ask_file", by=by, at=now, reason=reason, data={"file": file.number})
    file.save()
    notifications.package_waits_for_second(package, by=by)
    return package


@transaction.atomic
def open_file(*, package: BlindPackage, file: BlindFile, by: User) -> BlindPackage:
    """Agree that a withheld annex goes to the experts; whoever asked cannot."""
    _lock(package)
    now = clock.now()
    _refuse_if_barred(package, "open_file", by)
    _lock_file(package, file)
    if file.choice != FileChoice.ASKED:
        raise IllegalMove(f"“{file}”没有待同意的放行申请。")
    _refuse_same_person(file.asked_by_id, by, "放行附件")
    file.choice, file.chosen_at, file.chosen_by = FileChoice.OPENED, now, by
    file.save()
    _move(package, "open_file", by=by, at=now, data={"file": file.number})
    return package


@transaction.atomic
def withhold_file(*, package: BlindPackage, file: BlindFile, reason: str, by: User) -> BlindPackage:
    """Keep an annex back."""
    _lock(package)
    now = clock.now()
    _refuse_if_barred(package, "withhold_file", by)
    _lock_file(package, file)
    file.choice, file.reason, file.asked_at, file.asked_by = FileChoice.WITHHELD, reason.strip(), None, None
    file.chosen_at, file.chosen_by = now, by
    _move(package, "withhold_file", by=by, at=now, reason=reason, data={"file": file.number})
    file.save()
    return package


# --- the whole --------------------------------------------------------------------------------------------------------


@transaction.atomic
def freeze_package(*, package: BlindPackage, by: User) -> BlindPackage:
    """Let the package go to the experts as it stands. Raises ``Incomplete`` with every place not cleared."""
    _lock(package)
    for refusal in PACKAGE.blocks(package, "freeze", by):
        raise refusal
    _freeze(package, by=by, at=clock.now())
    return package


def _freeze(package: BlindPackage, *, by: User, at: datetime) -> None:
    if package.scanned_at is None:
        raise Incomplete(Reason("盲审包还没有扫描，请先扫描。"))
    waiting = list(selectors.open_hits_of(package))
    Incomplete.unless_empty([Reason(f"{hit.place}：“{hit.found}”尚未处理。") for hit in waiting])
    pending = package.files.filter(choice=FileChoice.ASKED).order_by("number")
    Incomplete.unless_empty([Reason(f"{file}：放行申请尚未由第二人处理。") for file in pending])
    fingerprint = selectors.fingerprint_of(package)
    PACKAGE.move(
        package,
        "freeze",
        by=by,
        at=at,
        fingerprint=fingerprint,
        issue=package.issue + 1,
        frozen_at=at,
        frozen_by=by,
        data={"fingerprint": fingerprint},
    )
    notifications.package_frozen(package)


@transaction.atomic
def reopen_package(*, package: BlindPackage, reason: str, by: User) -> BlindPackage:
    """Take the package back, because something in it still tells: the experts read nothing until it is frozen anew."""
    _lock(package)
    if package.panel.state not in OPEN_PANELS:
        raise IllegalMove(f"{package.panel}的评审已结束，盲审包不能再收回。")
    PACKAGE.move(package, "reopen", by=by, reason=reason)
    notifications.package_reopened(package)
    return package


def _lock(package: BlindPackage) -> None:
    """Panel before package, always."""
    lock(package.panel)
    lock(package)


def _refuse_if_barred(package: BlindPackage, action: str, by: User) -> None:
    for refusal in PACKAGE.blocks(package, action, by):
        raise refusal


def _lock_hit(package: BlindPackage, hit: BlindHit) -> None:
    lock(hit)
    if hit.package_id != package.pk or hit.file_id is not None:
        raise Conflict(Reason("所选检出不在本盲审包的申报书中。", field="hit"))


def _lock_file(package: BlindPackage, file: BlindFile) -> None:
    lock(file)
    if file.package_id != package.pk:
        raise Conflict(Reason("所选附件不在本盲审包中。", field="file"))


def _refuse_same_person(asked_by: int | None, by: User, what: str) -> None:
    if asked_by == by.pk:
        raise SamePerson(f"不相容岗位分离：{what}由您申请，须由另一人同意。")


def _move(package: BlindPackage, action: str, *, by: User, at: datetime, **more: Any) -> None:
    """A step on the way: the day by which the package must be frozen stays."""
    deadline = deadlines.current(package)
    PACKAGE.move(package, action, by=by, at=at, due_on=deadline.due_on if deadline else None, **more)


__all__ = [
    "ask_file",
    "ask_waiver",
    "freeze_package",
    "mask_hit",
    "open_file",
    "open_package",
    "reopen_package",
    "scan_package",
    "search_package",
    "sweep_packages",
    "waive_hit",
    "withhold_file",
]
