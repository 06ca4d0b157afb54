"""Files leave the building only here: whoever may see the case may open its annexes and papers. And long work."""

from urllib.parse import quote

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from records import exports, sheets
from records.desk import Desk, desk_for
from records.models import Attachment, Document, Job, JobState
from records.models.subject import subject_type
from records.moves import answer_move

PDF = "application/pdf"
JOBS_PER_PAGE = 25
INLINE = frozenset({PDF, "image/jpeg", "image/png"})
FILE_POLICY = "sandbox; default-src 'none'; frame-ancestors 'self'"
# The browser's own reader of PDF does not start inside a sandbox; it runs nothing of the portal's origin, and
# what a PDF could start is refused when it is taken in.
PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"


@require_safe
def attachment_file(request, pk):
    """An annex, shown in the browser where that is safe, else to be saved."""
    attachment = get_object_or_404(Attachment, pk=pk)
    desk = desk_for(attachment.subject_type)
    subject = desk.visible(request.user).filter(pk=attachment.subject_id).first() if desk else None
    if desk is None or subject is None or not desk.opens_files(request.user, subject, attachment.kind):
        raise Http404
    return send_file(attachment.file, name=attachment.name, content_type=attachment.content_type)


@require_safe
def document_file(request, pk):
    """A paper that was issued."""
    document = get_object_or_404(Document, pk=pk)
    desk = desk_for(document.subject_type)
    mine = desk.papers(request.user) if desk else None
    if not document.public and (mine is None or not Document.objects.filter(mine, pk=pk).exists()):
        raise Http404
    return send_file(document.file, name=f"{document.title}.pdf", content_type="application/pdf")


def send_file(file, *, name: str, content_type: str) -> FileResponse:
    """The bytes, shown where that is safe, in a sandbox, and kept by nobody on the way."""
    return _guarded(FileResponse(file.open("rb"), content_type=content_type), name, content_type)


def send_bytes(content: bytes, *, name: str, content_type: str) -> HttpResponse:
    """What was made for this one answer, guarded like a stored file."""
    return _guarded(HttpResponse(content, content_type=content_type), name, content_type)


def _guarded(response, name: str, content_type: str):
    kind = "inline" if content_type in INLINE else "attachment"
    response["Content-Disposition"] = f"{kind}; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = PDF_POLICY if content_type == PDF else FILE_POLICY
    response["X-Frame-Options"] = "SAMEORIGIN" if content_type in INLINE else "DENY"
    response["Cache-Control"] = "private, no-store"
    return response


# --- long work --------------------------------------------------------------------------------------------------------


def _jobs() -> Desk:
    desk = desk_for(subject_type(Job))
    if desk is None:
        raise Http404
    return desk


@never_cache
@require_safe
def job_list(request):
    """The long work that one may know of, the latest first; ``state`` narrows it to how it stands."""
    rows, state = _jobs().visible(request.user), request.GET.get("state", "")
    if state in JobState.values:
        rows = rows.filter(state=state)
    page = Paginator(rows, JOBS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "state": state, "states": JobState.choices}
    return render(request, "records/job_list.html", context)


@never_cache
@require_safe
def job(request, pk):
    """How far a job is, and where what it made lies."""
    desk = _jobs()
    subject = get_object_or_404(desk.visible(request.user), pk=pk)
    return render(
        request, "records/job.html", _job_card(request, subject, desk.offers(request.user, subject))
    )


@never_cache
@require_safe
def job_progress(request, pk):
    """The progress alone, asked for every few seconds; the page is drawn anew once the job stands still."""
    found = get_object_or_404(_jobs().visible(request.user), pk=pk)
    if request.htmx and not found.is_at_work:
        return HttpResponseClientRefresh()
    return render(request, "components/job.html", {"job": found})


@require_POST
def job_file(request, pk):
    """The table that a job wrote, for whoever ordered it; that it was taken away is written down."""
    found = get_object_or_404(_jobs().visible(request.user), pk=pk)
    if not exports.may_fetch(request.user, found):
        raise Http404
    return table_answer(found, by=request.user)


def table_answer(job: Job, *, by) -> StreamingHttpResponse:
    """The file of a job as a download, sent a piece at a time."""
    kind = job.data["format"]
    content_type = sheets.XLSX if kind == "xlsx" else "text/csv; charset=utf-8"
    response = StreamingHttpResponse(exports.fetch_file(job=job, by=by), content_type=content_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{job.title}.{kind}')}"
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def job_move(request, pk, action):
    """Stop a job, or let it go on."""
    return answer_move(request, _jobs(), pk, action, card="records/_job_card.html", context=_job_card)


def _job_card(request, subject, offers) -> dict:
    about = desk_for(subject.subject_type)
    return {
        "subject": subject,
        "job": subject,
        "offers": offers,
        "result": about.url_of(subject.subject_id) if about else subject.data.get("page", ""),
        "has_file": exports.may_fetch(request.user, subject),
        "kept_days": exports.kept().days,
        "events": [
            {"what": line.label, "who": line.actor, "at": line.at, "reason": line.reason}
            for line in _jobs().lines(request.user, subject)
        ],
    }
