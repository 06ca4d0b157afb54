"""The list of parts beside a report that is being filled in: how far each is, and where it does not add up."""

from django.urls import reverse
from django.utils.translation import gettext as _

from evaluation.models import Assessment
from evaluation.selectors import assessments as selectors


def _progress(filled: int, asked: int) -> dict:
    percent = 100 * filled // asked if asked else 100
    return {"filled": filled, "asked": asked, "percent": percent, "is_full": filled == asked}


def section_lines(subject: Assessment, values: dict[str, str], current: str) -> dict:
    """Each part with its address and its standing, as the list of parts shows it."""
    wrong = {fault.code for fault in selectors.faults_of(subject, values, by="unit")}
    lines, whole = [], [0, 0]
    for number, block in enumerate(subject.edition.terms["blocks"], start=1):
        codes = [
            box["code"] for box in selectors.boxes_of(subject, by="unit") if box["block"] == block["code"]
        ]
        filled = sum(bool(values.get(code)) for code in codes)
        broken = any(code in wrong and values.get(code) for code in codes)
        whole = [whole[0] + filled, whole[1] + len(codes)]
        state = "errors" if broken else "done" if filled == len(codes) else "todo"
        lines.append(
            {
                "url": reverse("evaluation:assessment-edit", args=[subject.pk, block["code"]]),
                "label": f"{number} {block['label']}",
                "current": block["code"] == current,
                "state": state,
                "said": {"errors": _("待核对"), "done": _("已填")}.get(state, ""),
                "progress": _progress(filled, len(codes)),
            }
        )
    return {"sections": lines, "progress": _progress(*whole)}
