"""What experts read and what papers say: the blinded package, score sheets, the record of the draw."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils import timezone

from accounts.models import User
from evaluation import policy, selectors
from evaluation.enums import Seat
from evaluation.models import Assignment, Panel
from institutes import book
from institutes.book.kinds import Date
from institutes.book.reading import Chapter, Item
from institutes.models import Application
from institutes.selectors import latest_version
from records import clock

SHORTEST_TO_HIDE = 2
SHORTEST_NUMBER = 6
SHORTEST_STEM = 4
HOST, PARTNER, PERSON, NAME, OTHER = "【依托单位】", "【共建单位】", "【人员】", "【研究院】", "【隐去】"
CODES = {
    "institute_name": NAME,
    "host_name": HOST,
    "legal_rep": PERSON,
    "contact": PERSON,
    "signatory": PERSON,
}
CODES_OF_ROWS = {"partners": PARTNER, "people": PERSON}


# --- the blinded package --------------------------------------------------------------------------------------------


def package_of(assignment: Assignment) -> list[Chapter]:
    """The book as the expert reads it: boxes that identify are left out, and everything else is searched for them.

    Read from the version that was handed in, never from the draft.
    """
    application = assignment.panel.application
    version = latest_version(application)
    if version is None:
        return []
    setting = book.with_frozen_names(book.setting_of(application), version.answers)
    form = book.of_edition(application.call.form_edition)
    hide = policy.hider(replacements_for(application, version.answers))
    return [_hidden(chapter, hide) for chapter in book.read(form, version.answers, setting, blind=True)]


def _hidden(chapter: Chapter, hide: Callable[[str], str]) -> Chapter:
    return replace(chapter, items=tuple(_hidden_item(item, hide) for item in chapter.items))


def _hidden_item(item: Item, hide: Callable[[str], str]) -> Item:
    rows = tuple(tuple(replace(cell, text=hide(cell.text)) for cell in row) for row in item.rows)
    return replace(item, text=hide(item.text), rows=rows)


def replacements_for(application: Application, answers: dict) -> dict[str, str]:
    """Every string that would tell who applies, with what stands in its place.

    The name of the institute is hidden as a whole: the industry in it stays readable elsewhere.
    """
    found = _of_host(application)
    if application.institute_name:
        found[application.institute_name] = NAME
    form = book.of_edition(application.call.form_edition)
    for section in form.sections:
        for path, value in book.flatten(section, answers.get(section.code, {})).items():
            field = book.cell_of(section, path)
            if field and field.identifying and not isinstance(field, Date) and _is_worth_hiding(value):
                found.setdefault(value.strip(), _code_for(path))
    kept = _industry_of(application, answers)
    stems = {policy.stem_of(name): code for name, code in found.items() if code in (HOST, PARTNER)}
    usable = {
        stem: code
        for stem, code in stems.items()
        if len(stem) >= SHORTEST_STEM and not any(stem in word for word in kept)
    }
    return usable | found


def _of_host(application: Application) -> dict[str, str]:
    host = application.host
    coded = {
        HOST: (host.name, host.short_name),
        PERSON: (host.legal_rep, host.contact_name),
        OTHER: (host.uscc, host.address, host.contact_mobile, host.contact_email),
    }
    return {text.strip(): code for code, texts in coded.items() for text in texts if _is_worth_hiding(text)}


def _code_for(path: str) -> str:
    """What stands in the place of the box at ``path``: who it was, without who it is."""
    code, _sep, rest = path.partition("-")
    return CODES_OF_ROWS.get(code, OTHER) if rest.endswith("-name") else CODES.get(code, OTHER)


def _is_worth_hiding(value: object) -> bool:
    """Not so short, nor so plain a number, that hiding it would eat into other words and sums."""
    if not isinstance(value, str):
        return False
    text = value.strip()
    return len(text) >= (SHORTEST_NUMBER if text.isascii() and text.isalnum() else SHORTEST_TO_HIDE)


def _industry_of(application: Application, answers: dict) -> list[str]:
    """The words an expert must be able to read: the industry, and the chain."""
    chain = application.chain
    words = [
        answers.get("basics", {}).get("industry", ""),
        chain.name if chain else "",
        chain.industry if chain else "",
    ]
    return [word for word in words if word]


def watermark(user: User, assignment: Assignment) -> str:
    """The line on every page an expert reads: which seat, when. It names no person."""
    return f"{assignment} · {timezone.localtime(clock.now()):%Y-%m-%d %H:%M}"


# --- papers ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paper:
    """How a kind of paper is made."""

    title: str
    template: str
    context: Callable[[Panel, dict], dict]


def score_sheet(panel: Panel, promised: dict) -> dict:
    """The result of a panel as its paper says it; experts by position, never by name."""
    sitting = panel.assignments.live().prefetch_related("scores").order_by("position")
    sheets = [{score.dimension: score for score in seat.scores.all()} for seat in sitting]
    scoring = panel.edition.terms["scoring"]
    trimmed = len(sheets) >= int(scoring["trim_from"])
    return _common(panel, promised) | {
        "application_number": panel.application.number or "",
        "institute": panel.application.institute_name,
        "experts": [
            {"position": n, "seat": str(seat.get_seat_display()), "total": str(seat.total)}
            for n, seat in enumerate(sitting, start=1)
        ],
        "rows": [_sheet_row(dimension, sheets) for dimension in panel.edition.terms["dimensions"]],
        "score": str(panel.score),
        "spread": str(panel.spread),
        "pass_mark": str(scoring["pass_mark"]),
        "passed": bool(panel.passed),
        "flagged": selectors.is_flagged(panel),
        "spread_flag": str(scoring["spread_flag"]),
        "rule": "去掉一个最高分和一个最低分后取平均值" if trimmed else "取全部专家总分的平均值",
        "opinion": [line.strip() for line in panel.opinion.splitlines() if line.strip()],
        "issued_on": in_words(panel.concluded_at),
    }


def _sheet_row(dimension: dict, sheets: list[dict]) -> dict:
    scores = [sheet.get(dimension["code"]) for sheet in sheets]
    return {
        "label": dimension["label"],
        "full_mark": str(dimension["full_mark"]),
        "points": [str(score.points) if score else "" for score in scores],
        "comments": [score.comment if score else "" for score in scores],
    }


def draw_record(panel: Panel, promised: dict) -> dict:
    """How seats were drawn, without personal data: enough to draw them again from the record."""
    round_ = int(promised["kind"].rpartition("_")[2]) if promised["kind"][-1].isdigit() else 1
    draw = panel.draws.get(round=round_)
    facts = {fact["pk"]: fact for fact in draw.pool}
    labels = {seat.value: str(seat.label) for seat in Seat}
    return _common(panel, promised) | {
        "round": draw.round,
        "seed": draw.seed,
        "pool_hash": draw.pool_hash,
        "pool_size": len(draw.pool),
        "field": draw.field or "不限",
        "composition": _composition_in_words(panel),
        "excluded": [f"{words}：{count} 人" for words, count in selectors.exclusions_in_words(panel, draw)],
        "order": "、".join(str(pk) for pk in draw.order),
        "seats": [
            {
                "position": n,
                "seat": labels[seat],
                "number": pk,
                "field": facts[pk]["field"],
                "outside": "是" if facts[pk]["outside_city"] else "否",
            }
            for n, (seat, pk) in enumerate(draw.chosen, start=1)
        ],
        "drawn_at": f"{timezone.localtime(draw.drawn_at):%Y-%m-%d %H:%M:%S}",
        "issued_on": in_words(draw.drawn_at),
    }


def _composition_in_words(panel: Panel) -> str:
    made = selectors.composition_of(panel)
    return (
        f"共 {made.size} 人：技术专家不少于 {made.technical_min} 人，财务专家不少于 {made.finance_min} 人，"
        f"平台与管理专家不少于 {made.management_min} 人；同一单位不超过 {made.per_employer_max} 人，"
        f"外地专家不少于 {made.outside_city_min} 人"
    )


def _common(panel: Panel, promised: dict) -> dict:
    return {"issuer": panel.agency.name, "number": promised["number"], "code": panel.code}


def in_words(moment) -> str:
    """``2026年11月23日``, as papers write a day."""
    day = timezone.localdate(moment)
    return f"{day.year}年{day.month}月{day.day}日"


PAPERS = {
    "score_sheet": Paper("专家评审结果表", "evaluation/print/score_sheet.html", score_sheet),
    "draw_record": Paper("评审专家抽取记录", "evaluation/print/draw_record.html", draw_record),
}


def paper_of(panel: Panel, promised: dict) -> dict:
    """Everything by which the promised paper is issued; a record of a further draw is one like the first."""
    kind = promised["kind"]
    spec = PAPERS[kind] if kind in PAPERS else PAPERS[kind.rpartition("_")[0]]
    return {
        "kind": kind,
        "title": f"{spec.title}（{panel.code}）",
        "template": spec.template,
        "context": spec.context(panel, promised),
    }
