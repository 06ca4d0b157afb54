"""Public pages: what is published, until when, and how to object. Open to everybody."""

from django.contrib.auth.decorators import login_not_required
from django.core.files.base import ContentFile
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from notices import limits, selectors, services
from notices.forms import LetterForm, ObjectionForm, PublicityFilter
from notices.models import PublicNoticeItem
from records import clock
from records.views import send_file

PER_PAGE = 20
MALFORMED = 422
PDF = "application/pdf"
LETTER_TRIES = 5
"""How often within an hour a phone number may be tried for one receipt."""


@login_not_required
@require_safe
def publicity_list(request):
    """Public notices: those that run now on top, all of them below."""
    form = PublicityFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = selectors.public_notices(text=asked.get("q", ""), kind=asked.get("kind", ""))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = [
        {"notice": notice, **selectors.period_of(notice, on=clock.today())} for notice in page.object_list
    ]
    return render(request, "notices/publicity_list.html", {"form": form, "page": page, "rows": shown})


@login_not_required
@require_safe
def publicity(request, pk):
    """A public notice with its days, its items and the way to object."""
    notice = get_object_or_404(selectors.public_notice_with_items(), pk=pk)
    today = clock.today()
    items = [selectors.item_as_shown(item, on=today) for item in notice.items.all()]
    waiting = notice.extensions.waiting() if selectors.reads_waiting_extensions(request.user) else []
    context = {"notice": notice, "items": items, "waiting": waiting, **selectors.period_of(notice, on=today)}
    return render(request, "notices/publicity.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def objection_create(request, pk, item):
    """The form by which anybody objects to an item, under their real name."""
    found = get_object_or_404(PublicNoticeItem.objects.select_related("notice"), pk=item, notice_id=pk)
    form = ObjectionForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        objection = services.file_objection(item=found, **form.filing)
        return redirect("notices:objection-receipt", objection.receipt_code)
    context = {"form": form, **selectors.item_as_shown(found, on=clock.today())}
    return render(request, "notices/objection_form.html", context, status=MALFORMED if form.is_bound else 200)


@login_not_required
@never_cache
@require_safe
def objection_receipt(request, code):
    """What became of an objection, for whoever has its code; names nobody."""
    objection = get_object_or_404(selectors.objections_with_item(), receipt_code=code)
    words = selectors.objection_in_words(objection)
    context = {"objection": objection, "words": words, "letters": selectors.letters_of(objection)}
    return render(request, "notices/objection_receipt.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def objection_letter(request, code, kind):
    """A letter to the author of an objection: without a name by the code, with it by code and phone."""
    objection = get_object_or_404(selectors.objections_with_item(), receipt_code=code)
    letter = next((each for each in selectors.letters_of(objection) if each.kind == kind), None)
    if letter is None:
        raise Http404
    if request.method != "POST" and "addressed" not in request.GET:
        return send_file(letter.file, name=f"{letter.title}.pdf", content_type=PDF)
    if request.method == "POST":
        limits.count_try(f"letter:{code}", most=LETTER_TRIES)
    form = LetterForm(request.POST or None, objection=objection)
    if form.is_valid():
        content = services.draw_addressed(objection=objection, document=letter)
        return send_file(ContentFile(content), name=f"{letter.title}.pdf", content_type=PDF)
    context = {"form": form, "objection": objection, "letter": letter}
    status = MALFORMED if form.is_bound else 200
    return render(request, "notices/objection_letter.html", context, status=status)
