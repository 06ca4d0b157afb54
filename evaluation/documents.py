"""What experts read and what papers say: the blinded package, score sheets, the record of the draw."""

from django.utils import timezone

from accounts.models import User
from evaluation import policy
from evaluation.models import Assignment, Panel
from institutes import book
from institutes.book.reading import Chapter
from institutes.models import Application
from records import clock

SHORTEST_TO_HIDE = 2
HOST, PARTNER, OTHER = "【依托单位】", "【共建单位】", "【隐去】"


def package_of(assignment: Assignment) -> list[Chapter]:
    """The book as the expert reads it: boxes that identify are left out, their contents hidden in free text.

    Read from the version that was handed in, never from the draft.
    """
    application = assignment.panel.application
    version = application.versions.order_by("-number").first()
    if version is None:
        return []
    setting = book.with_frozen_names(book.setting_of(application), version.answers)
    hidden = policy.blind(version.answers, replacements_for(application, version.answers))
    return book.read(book.of_edition(application.call.form_edition), hidden, setting, blind=True)


def replacements_for(application: Application, answers: dict) -> dict[str, str]:
    """Every string that would tell who applies, with what stands in its place."""
    host = application.host
    found = {text: HOST for text in (host.name, host.short_name, host.uscc, host.address) if text}
    form = book.of_edition(application.call.form_edition)
    for section in form.sections:
        for path, value in book.flatten(section, answers.get(section.code, {})).items():
            field = book.cell_of(section, path)
            if field and field.identifying and isinstance(value, str) and len(value) >= SHORTEST_TO_HIDE:
                found.setdefault(value, PARTNER if section.code == "partners" else OTHER)
    return found


def watermark(user: User, assignment: Assignment) -> str:
    """The line on every page an expert reads: which seat, when. It names no person."""
    return f"{assignment} · {timezone.localtime(clock.now()):%Y-%m-%d %H:%M}"


def score_sheet(panel: Panel) -> dict:
    """The result of a panel as its paper says it; experts by position, never by name."""
    sitting = panel.assignments.live().prefetch_related("scores").order_by("position")
    return {
        "code": panel.code,
        "number": panel.application.number,
        "institute": panel.application.institute_name,
        "dimensions": panel.edition.terms["dimensions"],
        "experts": [
            {
                "position": n,
                "seat": str(seat.get_seat_display()),
                "total": str(seat.total),
                "points": {score.dimension: str(score.points) for score in seat.scores.all()},
                "comments": {score.dimension: score.comment for score in seat.scores.all()},
            }
            for n, seat in enumerate(sitting, start=1)
        ],
        "score": str(panel.score),
        "spread": str(panel.spread),
        "passed": panel.passed,
        "opinion": panel.opinion,
        "concluded_on": timezone.localdate(panel.concluded_at).isoformat(),
    }


def draw_record(panel: Panel) -> dict:
    """How the panel was drawn, without personal data: enough to draw it again from the record."""
    draw = panel.draw
    return {
        "code": panel.code,
        "seed": draw.seed,
        "pool_hash": draw.pool_hash,
        "pool_size": len(draw.pool),
        "excluded": sorted(draw.excluded.values()),
        "seats": [str(seat.get_seat_display()) for seat in panel.assignments.order_by("position")],
        "drawn_at": timezone.localtime(draw.drawn_at).strftime("%Y-%m-%d %H:%M:%S"),
    }
