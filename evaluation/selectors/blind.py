"""Reads of the blinded package: the book as it would be read, what still tells whose it is, what goes out."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.enums import OPEN_HITS, OPEN_PANELS, FileFinding, HitAnswer, PackageState
from evaluation.kinds import Material
from evaluation.models import BlindFile, BlindHit, BlindPackage, Panel
from evaluation.selectors.panels import OFFICERS, panels_visible_to
from institutes import book
from institutes.book.reading import Cell, Chapter, Item
from records import extracts
from records.deadlines import with_due
from records.models import Attachment

AROUND, LONGEST, MOST_OF_A_FILE = 24, 200, 50


@dataclass(slots=True)
class Sign:
    """A place that may tell whose case it is, as the search found it."""

    path: str
    place: str
    found: str
    before: str
    after: str
    code: str


@dataclass(slots=True)
class SearchedFile:
    attachment: Attachment
    finding: str
    gap: str
    signs: list[Sign] = field(default_factory=list)


@dataclass(slots=True)
class Search:
    """All that a search came to: the book without what is hidden by itself, and what a person has to look at."""

    content: list[dict]
    signs: list[Sign]
    files: list[SearchedFile]


# --- who sees what ----------------------------------------------------------------------------------------------------


def packages_visible_to(user: User) -> QuerySet[BlindPackage]:
    """The bureau and the auditor see all; an agency those of its panels. What was found only officers read."""
    rows = BlindPackage.objects.select_related("panel__edition", "panel__agency")
    rows = with_due(with_open_hits(rows)).order_by("-pk")
    if not user.is_authenticated:
        return rows.none()
    if user.is_system or user.holds(*OFFICERS):
        return rows
    return rows.filter(panel__in=panels_visible_to(user).order_by().values("pk"))


def with_open_hits(rows: QuerySet[BlindPackage]) -> QuerySet[BlindPackage]:
    """Each with how many places wait to be cleared: ``open_hits``."""
    waiting = Q(hits__file__isnull=True, hits__answer__in=OPEN_HITS)
    return rows.annotate(open_hits=Count("hits", filter=waiting, distinct=True))


def search_packages(rows: QuerySet[BlindPackage], text: str) -> QuerySet[BlindPackage]:
    """Those whose panel or case carries ``text`` in its number: nobody finds one by a name."""
    return rows.filter(Q(panel__code__icontains=text) | Q(panel__number__icontains=text))


def reads_findings(user: User) -> bool:
    """Whether this person may read what was found: it says whose case it is."""
    return user.holds(*OFFICERS)


def is_frozen(panel: Panel) -> bool:
    """Whether the package of the panel may be read by its experts."""
    return BlindPackage.objects.filter(panel=panel, state=PackageState.FROZEN).exists()


def hits_of(package: BlindPackage) -> QuerySet[BlindHit]:
    """What was found in the book, what waits first."""
    rows = package.hits.filter(file__isnull=True).select_related("asked_by", "answered_by")
    return rows.order_by("answered_at", "pk")


def all_hits_of(package: BlindPackage) -> QuerySet[BlindHit]:
    """What was found in the book, then what in each annex."""
    rows = package.hits.select_related("file", "asked_by", "answered_by")
    return rows.order_by(F("file__number").asc(nulls_first=True), "answered_at", "pk")


def open_hits_of(package: BlindPackage) -> QuerySet[BlindHit]:
    return package.hits.filter(file__isnull=True, answer__in=OPEN_HITS)


def files_of(package: BlindPackage) -> QuerySet[BlindFile]:
    """Every annex of the case, with what was found in it."""
    rows = package.files.select_related("attachment", "asked_by", "chosen_by", "package__panel")
    return rows.prefetch_related("hits").order_by("number")


def released_files(panel: Panel) -> QuerySet[BlindFile]:
    """The annexes that the experts of a panel receive, once the package is frozen."""
    rows = BlindFile.objects.filter(package__panel=panel, package__state=PackageState.FROZEN)
    return rows.released().select_related("attachment", "package").order_by("number")


def packages_to_scan() -> QuerySet[BlindPackage]:
    """Those no search was made of yet."""
    at_work = BlindPackage.objects.filter(state=PackageState.PREPARING, panel__state__in=OPEN_PANELS)
    return at_work.filter(scanned_at__isnull=True).order_by("pk")


def panels_without_package() -> QuerySet[Panel]:
    """Panels at work that were opened before packages were frozen."""
    return Panel.objects.filter(state__in=OPEN_PANELS, package__isnull=True).order_by("pk")


# --- the search -------------------------------------------------------------------------------------------------------


def material_of(panel: Panel) -> Material:
    """What the experts of a panel read: its case as the kind lets it be read, blind where the edition says so."""
    return panel.of_kind.read(panel.case, blind=panel.edition.is_blind)


def search_of(panel: Panel) -> Search:
    """Look through the book and every annex for what tells whose case it is. Reads every file."""
    material = material_of(panel)
    content = _content(material)
    signs = [
        sign
        for path, place, text in places_of(content)
        for sign in _signs(text, material.needles, path=path, place=place)
    ]
    files = [_searched(annex, material, is_blind=panel.edition.is_blind) for annex in material.annexes()]
    return Search(content, signs if panel.edition.is_blind else [], files)


def _content(material: Material) -> list[dict]:
    return [_stored(chapter) for chapter in material.chapters()]


def content_of(package: BlindPackage) -> list[dict]:
    """The book of a package as its masks have it now."""
    return masked(_content(material_of(package.panel)), masks_of(package))


def hider_of(panel: Panel) -> Callable[[str], str]:
    """What replaces the exact words in cells of workbooks, as it does in the book."""
    return material_of(panel).hide


def signs_in(text: str, panel: Panel) -> list[Sign]:
    """What in ``text`` would tell whose case it is, hidden words included."""
    return list(_signs(text, material_of(panel).needles, path="", place=""))


def _signs(text: str, needles: Mapping[str, str], *, path: str, place: str) -> Iterator[Sign]:
    seen, text = set(), text.replace("\x00", " ")
    for trace in book.traces(text, needles):
        if trace.found in seen or len(trace.found) > LONGEST:
            continue
        seen.add(trace.found)
        before, after = text[max(trace.start - AROUND, 0) : trace.start], text[trace.end : trace.end + AROUND]
        yield Sign(path, place, trace.found, before, after, trace.code)


def _searched(annex: Attachment, material: Material, *, is_blind: bool) -> SearchedFile:
    """An annex with what was found; its name and what is written about it never go out, so they decide nothing."""
    if not is_blind:
        return SearchedFile(annex, FileFinding.CLEAR, "")
    with annex.file.open("rb") as opened:
        said = extracts.extract(opened.read(), name=annex.name, content_type=annex.content_type)
    is_table = annex.content_type.endswith("sheet")
    signs, tells = list[Sign](), False
    for passage in said.passages:
        is_text = passage.kind == extracts.TEXT
        text = material.hide(passage.text) if is_table and is_text else passage.text
        path = f"file-{annex.pk}-{passage.place}"[:120]
        found = list(_signs(text, material.needles, path=path, place=passage.place))
        signs += found
        tells = tells or (is_text and bool(found))
    finding = FileFinding.HITS if tells else FileFinding.UNKNOWN if said.gap else FileFinding.CLEAR
    return SearchedFile(annex, finding, said.gap, signs[:MOST_OF_A_FILE])


# --- the book as it is stored -----------------------------------------------------------------------------------------


def _stored(chapter: Chapter) -> dict:
    return {
        "code": chapter.code,
        "number": chapter.number,
        "title": str(chapter.title),
        "items": [_stored_item(item) for item in chapter.items],
    }


def _stored_item(item: Item) -> dict:
    return {
        "path": item.path,
        "label": str(item.label),
        "text": item.text,
        "is_long": item.is_long,
        "is_stacked": item.is_stacked,
        "head": [list(column) for column in item.head],
        "rows": [[_stored_cell(cell) for cell in row] for row in item.rows],
    }


def _stored_cell(cell: Cell) -> dict:
    return {"path": cell.path, "label": str(cell.label), "text": cell.text, "is_number": cell.is_number}


def chapters_of(package: BlindPackage) -> list[Chapter]:
    """The stored book, as pages and programs read books."""
    return [
        Chapter(one["code"], one["number"], one["title"], tuple(_item_of(item) for item in one["items"]))
        for one in package.content
    ]


def _item_of(item: dict) -> Item:
    rows = tuple(tuple(Cell(**cell) for cell in row) for row in item["rows"])
    head = tuple((label, is_number) for label, is_number in item["head"])
    return Item(**{**item, "head": head, "rows": rows})


def places_of(content: Iterable[dict]) -> Iterator[tuple[str, str, str]]:
    """Every text of a stored book with its path and its place in words."""
    for chapter in content:
        for item in chapter["items"]:
            where = f"{chapter['number']} {chapter['title']} · {item['label']}"
            yield f"{chapter['code']}/{item['path']}", where[:LONGEST], item["text"]
            for number, row in enumerate(item["rows"], 1):
                for cell in row:
                    there = _("{where} 第 {n} 行 · {label}").format(
                        where=where, n=number, label=cell["label"]
                    )
                    yield f"{chapter['code']}/{cell['path']}", there[:LONGEST], cell["text"]


def masked(content: list[dict], masks: Iterable[BlindHit]) -> list[dict]:
    """The stored book with the masks in place of what was found."""
    by_path: dict[str, list[BlindHit]] = {}
    for mask in sorted(masks, key=lambda each: len(each.found), reverse=True):
        by_path.setdefault(mask.path, []).append(mask)
    for chapter in content:
        for item in chapter["items"]:
            for box in (item, *(cell for row in item["rows"] for cell in row)):
                for mask in by_path.get(f"{chapter['code']}/{box['path']}", ()):
                    box["text"] = box["text"].replace(mask.found, mask.replacement)
    return content


def masks_of(package: BlindPackage) -> QuerySet[BlindHit]:
    return package.hits.filter(file__isnull=True, answer=HitAnswer.MASKED)


def fingerprint_of(package: BlindPackage) -> str:
    """SHA-256 over what the experts receive: the book as it is stored, and each file by number and hash."""
    rows = BlindFile.objects.filter(package_id=package.pk).released().order_by("number")
    files = [list(row) for row in rows.values_list("number", "attachment__sha256")]
    whole = {"content": package.content, "files": files}
    return hashlib.sha256(json.dumps(whole, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
