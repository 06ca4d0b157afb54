"""What experts read and what papers say: the blinded package, score sheets, the record of the draw."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from evaluation import selectors
from evaluation.enums import Seat
from evaluation.models import (
    AgencyReport,
    Assignment,
    BlindFile,
    Discussion,
    Panel,
    VisitMember,
    VisitPhoto,
    VisitPlan,
)
from evaluation.selectors import reports as report_selectors
from evaluation.selectors import visits as visit_selectors
from institutes.book.reading import Chapter
from records import clock, copies, pictures
from records.deadlines import day_in_words
from records.models import Attachment
from records.words import paragraphs_of

# --- the blinded package --------------------------------------------------------------------------------------------


def package_of(assignment: Assignment) -> list[Chapter]:
    """The book as the expert reads it: as it was frozen, never from the draft."""
    return selectors.chapters_of(assignment.panel.package)


def copy_for(file: BlindFile, *, user: User, assignment: Assignment) -> bytes:
    """An annex for one reader: without what is written about it, with the reader's mark on every page."""
    with file.attachment.file.open("rb") as opened:
        content = opened.read()
    return copies.marked_copy(
        content,
        content_type=file.attachment.content_type,
        mark=watermark(user, assignment).replace(" · ", "  "),
        hide=selectors.hider_of(assignment.panel),
    )


def watermark(user: User, assignment: Assignment) -> str:
    """The line on every page an expert reads: which seat, when. It names no person."""
    now = timezone.localtime(clock.now())
    return f"{assignment} · {day_in_words(now.date())} {now:%H:%M}"


# --- papers ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paper:
    """How a kind of paper is made."""

    title: str
    template: str
    context: Callable[..., dict]


def score_sheet(panel: Panel, promised: dict) -> dict:
    """The result of a panel as its paper says it; experts by position, never by name."""
    sitting = panel.assignments.live().prefetch_related("scores").order_by("position")
    sheets = [{score.dimension: score for score in selectors.scores_of(seat)} for seat in sitting]
    scoring = panel.edition.terms["scoring"]
    trimmed = len(sheets) >= int(scoring["trim_from"])
    return _common(panel, promised) | {
        "application_number": panel.number,
        "institute": panel.title,
        "experts": [
            {"position": n, "seat": str(seat.get_seat_display()), "total": str(seat.total)}
            for n, seat in enumerate(sitting, start=1)
        ],
        "rows": [_sheet_row(dimension, sheets) for dimension in panel.edition.sheet],
        "score": str(panel.score),
        "spread": str(panel.spread),
        "pass_mark": str(scoring["pass_mark"]),
        "passed": bool(panel.passed),
        "flagged": selectors.is_flagged(panel),
        "spread_flag": str(scoring["spread_flag"]),
        "discussion": discussion_of(panel),
        "rule": "去掉一个最高分和一个最低分后取平均值" if trimmed else "取全部专家总分的平均值",
        "opinion": paragraphs_of(panel.opinion),
        "issued_on": in_words(panel.concluded_at),
    }


def discussion_of(panel: Panel) -> dict | None:
    """What the panel talked over, with the sums before and after; None where it did not have to."""
    discussion = Discussion.objects.filter(panel=panel).first()
    if discussion is None:
        return None
    return {
        "held_at": _moment(discussion.held_at),
        "participants": discussion.participants,
        "text": paragraphs_of(discussion.text),
        "first": [
            {"seat": str(sheet.assignment), "total": str(sheet.total)}
            for sheet in selectors.sheets_of(panel, 1)
        ],
        "second": [
            {"seat": str(sheet.assignment), "total": str(sheet.total), "kept": sheet.kept}
            for sheet in selectors.sheets_of(panel, 2)
        ],
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
    pledge, result = draw.pledge, draw.result
    facts = {ball["ball"]: ball for ball in pledge["pool"]}
    labels = {seat.value: str(seat.label) for seat in Seat}
    return _common(panel, promised) | {
        "round": draw.round,
        "pledged_at": _moment(draw.pledged_at),
        "draws_after": _moment(draw.draws_after),
        "drawn_at": _moment(draw.drawn_at),
        "commitment": in_parts(draw.commitment),
        "register": result["register"]["position"],
        "register_hash": in_parts(selectors.beacon_in(result["register"])),
        "nonce": in_parts(draw.nonce),
        "seed": in_parts(result["seed"]),
        "pool_size": len(pledge["pool"]),
        "field": pledge["field"] or "不限",
        "composition": _composition_in_words(panel),
        "excluded": [f"{words}：{count} 人" for words, count in selectors.exclusions_in_words(panel, draw)],
        "order": "、".join(str(ball) for ball in draw.order),
        "address": draw.get_absolute_url(),
        "seats": [
            {
                "position": n,
                "seat": labels[seat],
                "number": ball,
                "field": "、".join(facts[ball]["fields"]),
                "outside": "是" if facts[ball]["outside_city"] else "否",
            }
            for n, (seat, ball) in enumerate(draw.chosen, start=1)
        ],
        "issued_on": in_words(draw.drawn_at),
    }


def in_parts(fingerprint: str) -> list[str]:
    """A fingerprint in groups that a line of a paper can break between."""
    return [fingerprint[n : n + 16] for n in range(0, len(fingerprint), 16)]


def _moment(moment) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}"


def _composition_in_words(panel: Panel) -> str:
    made = selectors.composition_of(panel)
    return (
        f"共 {made.size} 人：本领域技术专家不少于 {made.technical_min} 人，财务专家不少于 {made.finance_min} 人，"
        f"平台与管理专家不少于 {made.management_min} 人；同一单位不超过 {made.per_employer_max} 人，"
        f"市外专家不少于 {made.outside_city_min} 人"
    )


def commitment(assignment: Assignment, promised: dict) -> dict:
    """What an expert signed, word for word, with the name and the moment. It says nothing of the applicant."""
    expert, terms = assignment.expert, assignment.panel.edition.terms
    return _common(assignment.panel, promised) | {
        "seat": str(assignment),
        "expert": expert.user.name,
        "employer": expert.employer,
        "category": str(assignment.get_seat_display()),
        "lines": [line["label"] for line in terms["commitments"]],
        "grounds": [ground["label"] for ground in terms["recusal"]],
        "signature": assignment.signature,
        "signed_at": _moment(assignment.committed_at),
        "issued_on": in_words(assignment.committed_at),
    }


def _common(panel: Panel, promised: dict) -> dict:
    return {"issuer": panel.agency.name, "number": promised["number"], "code": panel.code}


def in_words(moment) -> str:
    """``2026年11月23日``, as papers write a day."""
    day = timezone.localdate(moment)
    return f"{day.year}年{day.month}月{day.day}日"


PAPERS = {
    "commitment": Paper("保密与回避承诺书", "evaluation/print/commitment.html", commitment),
    "score_sheet": Paper("专家评审结果表", "evaluation/print/score_sheet.html", score_sheet),
    "draw_record": Paper("评审专家抽取记录", "evaluation/print/draw_record.html", draw_record),
}


def paper_of(subject: Panel | Assignment, promised: dict) -> dict:
    """Everything by which the promised paper is issued; a record of a further draw is one like the first."""
    kind = promised["kind"]
    spec = PAPERS[kind] if kind in PAPERS else PAPERS[kind.rpartition("_")[0]]
    return {
        "kind": kind,
        "title": f"{spec.title}（{subject.code}）",
        "template": spec.template,
        "context": spec.context(subject, promised),
    }


# --- the sheet of a site visit --------------------------------------------------------------------------------------

VISIT_SHEET = "evaluation/print/visit_sheet.html"
PHOTO_SIDE, SIGNATURE_SIDE = 900, 420


def visit_sheet(visit: VisitPlan) -> dict:
    """The sheet of a visit: checklist, photos with caption and moment, and what each of those present signed."""
    there = visit_selectors.signed(visit)
    known = {one.pk for one in there}
    application = visit.application
    return {
        "issuer": visit.agency.name,
        "number": "",
        "institute": application.institute_name,
        "application_number": application.number or "",
        "host": application.host.name,
        "division": str(application.division),
        "place": visit.place,
        "visited": _minute(visit.starts_at),
        "rows": [_visit_row(row) for row in visit_selectors.checklist_of(visit)],
        "findings": paragraphs_of(visit.findings),
        "consistent": bool(visit.consistent),
        "people": [_signature(one) for one in there],
        "absent": [str(one) for one in visit_selectors.going(visit) if one.pk not in known],
        "photos": [_photo(photo) for photo in visit_selectors.photos_of(visit)],
        "witnessed": _minute(visit.witnessed_at) if visit.witnessed_at else "",
        "witness": visit.witnessed_by.name if visit.witnessed_by else "",
        "issued_on": in_words(visit.recorded_at or clock.now()),
    }


def _visit_row(row: dict) -> dict:
    check, item = row["check"], row["item"]
    return {
        "label": item["label"],
        "guide": item.get("guide", ""),
        "result": str(check.get_result_display()) if check else "",
        "note": check.note if check else "",
    }


def _signature(member: VisitMember) -> dict:
    return {
        "name": member.name,
        "part": str(member.get_part_display()),
        "employer": member.employer,
        "picture": _picture(member.signature, longest=SIGNATURE_SIDE, transparent=True),
        "sha256": member.signature.sha256[:16] if member.signature else "",
    }


def _photo(photo: VisitPhoto) -> dict:
    return {
        "caption": photo.caption or photo.file.name,
        "taken": _minute(photo.taken_at),
        "picture": _picture(photo.file, longest=PHOTO_SIDE),
    }


def _picture(file: Attachment | None, *, longest: int, transparent: bool = False) -> str:
    if file is None:
        return ""
    with file.file.open("rb") as opened:
        return pictures.as_data(opened.read(), longest=longest, transparent=transparent)


def _minute(moment) -> str:
    at = timezone.localtime(moment)
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"


# --- the report of an agency ----------------------------------------------------------------------------------------

AGENCY_REPORT = "evaluation/print/agency_report.html"


def agency_report(report: AgencyReport, texts: dict, facts: dict) -> dict:
    """The report as it is printed: the agency's words, part by part, and the figures of that version."""
    return {
        "issuer": facts["agency"],
        "number": "",
        "version": 0,
        "facts": facts
        | {
            "first_day": report_selectors.in_days(facts["first"]),
            "last_day": report_selectors.in_days(facts["last"]),
            "begins": report_selectors.in_days(facts["begins_on"]),
            "ends": report_selectors.in_days(facts["ends_on"]),
        },
        "parts": [
            {
                "code": part["code"],
                "label": part["label"],
                "lines": paragraphs_of(texts.get(part["code"], "")),
            }
            for part in report.edition.terms["report_parts"]
        ],
        "issued_on": in_words(report.handed_at or clock.now()),
    }
