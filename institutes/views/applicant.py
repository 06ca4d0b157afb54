"""The unit's pages of an application: sections, annexes, check, submission, the book for reading."""

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from institutes import book, selectors, services
from institutes.book import standing
from institutes.book.setting import with_frozen_names
from institutes.desk import APPLICATION_DESK
from institutes.enums import ApplicationState
from institutes.permissions import may_apply_for, may_read_recusal
from institutes.policy import MET, SOFT, UNKNOWN, UNMET
from institutes.views.annexes import annexes_of
from institutes.views.casefile import mark_of
from institutes.views.workbench import workbench
from records.models import Document


@require_http_methods(["GET", "POST"])
def section(request, pk, code):
    """One section of the book. Boxes that cannot be read are shown again; the others are saved all the same."""
    bench = workbench(request, pk, code)
    if request.method == "GET" and not bench.application.is_editable:
        return redirect("institutes:application-book", pk)
    form = bench.form(request.POST or None)
    if request.method == "POST":
        _save(request, bench, form, own_may_stand=True)
        if not form.errors:
            messages.success(request, _("已保存。"))
            return redirect(bench.after(request.POST.get("go", "")))
        bench = workbench(request, pk, code)
    template = "institutes/_section_form.html" if request.htmx else "institutes/section.html"
    return render(request, template, bench.section_page(form), status=422 if form.errors else 200)


def _save(request, bench, form, *, own_may_stand=False):
    form.is_valid()
    return services.save_section(
        application=bench.application,
        section=bench.section.code,
        changes=form.changes,
        version=form.seen,
        by=request.user,
        own_may_stand=own_may_stand,
        setting=bench.setting,
    )


@require_POST
def section_save(request, pk, code):
    """Autosave: only the boxes that changed; the answer carries the version now seen, or errors by box."""
    bench = workbench(request, pk, code)
    form = bench.form(request.POST, only=request.POST.getlist("changed"))
    row = _save(request, bench, form)
    known = [row.version] if form.changes and row.saved_by_id == request.user.pk else []
    bench.take_in(row)
    answer = {
        "version": str(book.Seen.of(form.seen).plus(*known)),
        "saved_at": f"{timezone.localtime(row.saved_at):%H:%M:%S}",
        "remarks": bench.remarks(bench.answers),
        "parts": _parts(request, bench),
    }
    if form.errors:
        return JsonResponse({**answer, "errors": form.errors}, status=422)
    return JsonResponse(answer)


def _parts(request, bench) -> dict[str, str]:
    """What of the page says how far the book is, as it is after a saving."""
    context = bench.context()
    drawn = {
        "closing": ("institutes/_closing.html", context),
        "sections": ("components/section_list.html", context),
        "lacking": ("institutes/_lacking.html", {"faults": bench.lacking()}),
    }
    return {part: render_to_string(name, context, request) for part, (name, context) in drawn.items()}


@require_safe
def application_check(request, pk):
    """The unit's own check: every criterion with its clause, what is found, and how much is lacking."""
    bench = workbench(request, pk, "application-check")
    findings = standing.findings_of(bench.application, bench.answers, bench.setting)
    context = bench.context(
        findings=[standing.told(finding, bench.application) for finding in findings],
        hard=[f for f in findings if f.is_hard and f.outcome in {UNMET, UNKNOWN}],
        soft=[f for f in findings if f.kind == SOFT and f.outcome == UNMET],
        hints=[bench.pointed(hint) for hint in book.hints(bench.declared, bench.answers, bench.setting)],
    )
    return render(request, "institutes/check.html", context)


@require_safe
def application_submit(request, pk):
    """What is still missing, with the way to each box; and where nothing is, the button and what it does."""
    bench = workbench(request, pk, "application-submit")
    findings = standing.findings_of(bench.application, bench.answers, bench.setting)
    moves = {"submit", "resubmit", "unit_approve", "unit_return"}
    offers = APPLICATION_DESK.offers(request.user, bench.application)
    context = bench.context(
        subject=bench.application,
        faults=bench.faults_told(),
        unmet=[standing.told(f, bench.application) for f in findings if f.is_hard and f.outcome != MET],
        offers=[offer for offer in offers if offer.action in moves],
    )
    return render(request, "institutes/submit.html", context)


@require_safe
def application_book(request, pk):
    """The book for reading: the draft for the unit, else as it was handed in; ``?version=`` shows an earlier one."""
    application = get_object_or_404(selectors.applications_visible_to(request.user), pk=pk)
    return render(request, "institutes/application_book.html", book_context(request, application))


@require_safe
def application_review(request, pk):
    """The administrator's review: the book to read, and the two moves beside it."""
    bench = workbench(request, pk)
    offers = APPLICATION_DESK.offers(request.user, bench.application)
    context = book_context(request, bench.application) | {"subject": bench.application, "offers": offers}
    return render(request, "institutes/unit_review.html", context)


def book_context(request, application) -> dict:
    """What ``_book.html`` needs, hidden as far as this reader must not see."""
    declared, setting = book.of_edition(application.call.form_edition), book.setting_of(application)
    versions = list(application.versions.order_by("number"))
    wanted = request.GET.get("version", "")
    own = may_apply_for(request.user, application.host)
    shown = next((v for v in versions if str(v.number) == wanted), None)
    if shown is None and not (own and application.is_editable):
        shown = versions[-1] if versions else None
    answers = shown.answers if shown else book.answers_of_draft(application)
    if application.is_blinded:
        return _blind_book(application, declared) | {"watermark": mark_of(request.user)}
    return {
        "application": application,
        "versions": versions,
        "shown": shown,
        "chapters": book.read(
            declared,
            answers,
            with_frozen_names(setting, answers),
            discreet=not own,
            confidential=may_read_recusal(request.user, application),
            notes=_notes(application),
        ),
        "changes": _changes(declared, versions, shown, setting) if own else [],
        "paper": _paper(request.user, application, shown),
        "prints": own and is_a_draft(application),
        "files": annexes_of(application, declared, shown),
        "annex_labels": {annex.code: annex.label for annex in declared.annexes},
    }


def _paper(user, application, shown) -> Document | None:
    """The version shown as a paper, for who may keep one."""
    if shown is None:
        return None
    return selectors.book_on_paper(application, shown.number).filter(APPLICATION_DESK.papers(user)).first()


def is_a_draft(application) -> bool:
    """Whether the book is still in the unit's hands."""
    return application.is_editable or application.state == ApplicationState.UNIT_REVIEW


def _blind_book(application, declared: book.Book) -> dict:
    """What the agency reads while it must not know who applies: the last version, and nothing beside it."""
    shown = selectors.latest_version(application)
    return {
        "application": application,
        "versions": [shown] if shown else [],
        "shown": shown,
        "chapters": book.read_covered(declared, application, shown.answers) if shown else [],
    }


def _notes(application) -> dict:
    notes: dict[tuple[str, str], list[str]] = {}
    for reason in application.return_reasons.open():
        notes.setdefault((reason.section, reason.field), []).append(reason.text)
    return notes


def _changes(declared, versions, shown, setting) -> list[book.Difference]:
    """What the version shown changed against the one before."""
    before = [version for version in versions if shown and version.number == shown.number - 1]
    if not before:
        return []
    return book.compare(declared, before[0].answers, shown.answers, setting, confidential=True)
