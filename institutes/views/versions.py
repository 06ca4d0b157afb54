"""Two versions of the book side by side, for the unit and for the offices."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from institutes import book, selectors
from institutes.book.contrast import Comparison, Part, Side, contrast
from institutes.models import Application, ApplicationVersion
from institutes.permissions import may_apply_for, may_read_recusal

DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be compared: a version that was handed in, or the draft of one's own unit."""

    code: str
    label: str
    version: ApplicationVersion | None = None


@require_safe
def application_versions(request: HttpRequest, pk: int) -> HttpResponse:
    """``?old=1&new=2``, else the last two; ``?whole=1`` shows what did not change as well."""
    application = get_object_or_404(selectors.applications_with_book(request.user), pk=pk)
    choices = choices_for(request.user, application)
    old, new = _picked(choices, request.GET.get("old", ""), request.GET.get("new", ""))
    whole = bool(request.GET.get("whole"))
    parts = compared(request.user, application, old, new, whole=whole) if old and new else []
    context = {
        "application": application,
        "choices": choices,
        "old": old,
        "new": new,
        "whole": whole,
        "parts": parts,
        "changes": sum(part.changes for part in parts),
    }
    return render(request, "institutes/versions.html", context)


def choices_for(user: User, application: Application) -> list[Choice]:
    """What this person may compare, oldest first."""
    found = [
        Choice(str(version.number), _("第 %(n)s 版") % {"n": version.number}, version)
        for version in application.versions.order_by("number")
    ]
    own = may_apply_for(user, application.host)
    return [*found, Choice(DRAFT, _("当前草稿"))] if own and application.is_editable and found else found


def _picked(choices: list[Choice], old: str, new: str) -> tuple[Choice | None, Choice | None]:
    """The two asked for; where they are not there, the last two."""
    by_code = {choice.code: choice for choice in choices}
    if len(choices) < 2:
        return None, None
    return by_code.get(old, choices[-2]), by_code.get(new, choices[-1])


def compared(user: User, application: Application, old: Choice, new: Choice, *, whole: bool) -> list[Part]:
    """The comparison as this person may read it: personal data masked for the offices."""
    asked = Comparison(
        _side(application, old),
        _side(application, new),
        whole=whole,
        discreet=not may_apply_for(user, application.host),
        reasons=_reasons(application, old, new),
    )
    declared = book.of_edition(application.call.form_edition)
    return contrast(declared, asked, confidential=may_read_recusal(user, application))


def _side(application: Application, choice: Choice) -> Side:
    version = choice.version
    answers = version.answers if version else book.answers_of_draft(application)
    files = version.attachments if version else selectors.files_held(application)
    return Side(answers, files, book.with_frozen_names(book.setting_of(application), answers))


def _reasons(application: Application, old: Choice, new: Choice) -> dict[tuple[str, str], list[str]]:
    """Why it was returned between the two."""
    rows = application.return_reasons.all()
    if old.version:
        rows = rows.filter(raised_at__gte=old.version.frozen_at)
    if new.version:
        rows = rows.filter(raised_at__lte=new.version.frozen_at)
    found: dict[tuple[str, str], list[str]] = {}
    for reason in rows:
        field = reason.field
        entry = field if field.startswith("annex-") else field.partition("-")[0]
        found.setdefault((reason.section, entry), []).append(reason.text)
    return found
