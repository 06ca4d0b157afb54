"""Public pages: what is published, until when, and how to object. Open to everybody."""

from django.contrib.auth.decorators import login_not_required
from django.core.files.base import ContentFile
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views.common import listed
from notices import limits, selectors, services
from notices.forms import LetterForm, ObjectionForm, PublicityFilter
from notices.models import PublicNotice, PublicNoticeItem
from records import clock, downloads, exports, heads
from records.views import send_file

MALFORMED = 422
PDF = "application/pdf"
LETTER_TRIES = 5
"""How often within an hour a phone number may be tried for one receipt."""


@login_not_required
@require_safe
def publicity_list(request):
    """Public notices: those that run now on top, all of them below."""
    context = listed(request, selectors.public_notices(), PublicityFilter)
    rows = [{"notice": one, **selectors.period_of(one, on=clock.today())} for one in context["page"]]
    more = {"rows": rows, "head": heads.last_head()}
    return render(request, "notices/publicity_list.html", context | more)


@login_not_required
@downloads.table("public-notices", "公示公告")
def publicity_export(request) -> exports.Sheet:
    """Exactly what the list shows, all pages of it; for everybody."""
    found = PublicityFilter(request.GET, queryset=selectors.public_notices(), request=request)
    labels = (_("标题"), _("编号"), _("类别"), _("事项数"), _("公示首日"), _("公示最后一日"))
    head = [*labels, _("原定最后一日"), _("工作日"), _("状态")]
    return exports.Sheet(head, found.qs, _cells)


def _cells(notice: PublicNotice) -> list:
    period = selectors.period_of(notice, on=clock.today())
    first = notice.first_last_day if notice.is_extended else None
    named = [notice.title, notice.number, notice.get_kind_display(), notice.item_count]
    status = _("公示中") if period["is_running"] else _("公示期满")
    return [*named, notice.first_day, notice.last_day, first, period["working_days"], status]


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
