"""What institutes offer: the catalogue for everybody, and the pages of those who keep and check it."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views.common import listed
from institutes.desk import OFFERING_DESK
from institutes.enums.offerings import OfferingKind
from institutes.forms.offerings import OfferingFilter, OfferingForm, OfferingPageForm, PublicOfferingFilter
from institutes.permissions import offerings as permissions
from institutes.selectors import offerings as reads
from institutes.services import offerings as services
from institutes.views.chains import require
from institutes.views.lists import is_inside
from institutes.views.standing import case_context
from institutes.views.writings import writing_edit, writing_list, writing_new, writing_page, writing_sheet
from records import downloads, exports
from records.moves import answer_move

CARD = "institutes/_offering_card.html"
FORM = "institutes/offering_form.html"


@login_not_required
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """The catalogue: every service that was checked, of institutes in force."""
    context = listed(request, reads.shown_offerings(), PublicOfferingFilter)
    counted = reads.offerings_by_kind()
    kinds = [(kind.value, kind.label, counted.get(kind.value, 0)) for kind in OfferingKind]
    return render(request, "institutes/services.html", context | {"kinds": kinds})


@login_not_required
@downloads.table("services", "服务目录")
def catalogue_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the catalogue shows, all pages of it."""
    found = PublicOfferingFilter(request.GET, queryset=reads.shown_offerings(), request=request).qs
    head = [_("服务类型"), _("服务名称"), _("服务内容"), _("面向谁"), _("收费办法"), _("怎样预约")]
    head += [_("研究院"), _("依托单位"), _("所在地"), _("联系部门"), _("办公电话"), _("地址")]
    return exports.Sheet(head, found, _cells)


def _cells(row) -> list:
    said = [row.get_kind_display(), row.title, row.content, row.audience, row.price, row.booking]
    return [*said, row.institute, row.host, row.division, row.contact_office, row.contact_phone, row.address]


@login_not_required
@require_safe
def service(request: HttpRequest, pk: int) -> HttpResponse:
    """One service as everybody reads it; 404 for what is hidden."""
    subject = get_object_or_404(reads.shown_offerings(), offering=pk)
    return render(request, "institutes/service.html", {"subject": subject})


@require_safe
def offering_list(request: HttpRequest) -> HttpResponse:
    """The services this person keeps, checks or oversees, the latest first."""
    shown = {
        "may_draft": permissions.may_draft_offerings(request.user),
        "inside": is_inside(request.user),
    }
    template = "institutes/offering_list.html"
    return writing_list(request, OFFERING_DESK, reads.OFFERING_READERS, OfferingFilter, template, **shown)


@downloads.table("service-offerings", "开放服务")
def offering_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the list shows, all pages of it."""
    head = [_("服务类型"), _("服务名称"), _("服务内容"), _("面向谁"), _("收费办法"), _("怎样预约")]
    head += [_("研究院"), _("依托单位"), _("归口"), _("联系部门"), _("办公电话"), _("地址"), _("状态")]
    return writing_sheet(request, OFFERING_DESK, reads.OFFERING_READERS, OfferingFilter, head, _cells)


@require_http_methods(["GET", "HEAD", "POST"])
def offering_new(request: HttpRequest) -> HttpResponse:
    """Enter a service of one of the unit's institutes."""
    require(permissions.may_draft_offerings(request.user))
    initial = {"institute": request.GET.get("institute")}
    form = OfferingPageForm(request.POST or None, user=request.user, initial=initial)
    own = reads.institutes_to_offer(request.user).exists()
    saved = _("草稿已保存，核对后报送县级。")
    return writing_new(request, form, FORM, services.draft_offering, saved, without_institute=not own)


@require_http_methods(["GET", "HEAD", "POST"])
def offering_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is still a draft."""
    return writing_edit(
        request,
        OFFERING_DESK,
        pk,
        may_revise=permissions.may_revise_offering,
        form_class=OfferingForm,
        template=FORM,
        columns=services.COLUMNS,
        revise=services.revise_offering,
    )


@require_safe
def offering(request: HttpRequest, pk: int) -> HttpResponse:
    """One service: what it says, where it stands, its way."""
    return writing_page(request, OFFERING_DESK, pk, "institutes/offering.html", card_context)


def card_context(request: HttpRequest, subject, offers) -> dict:
    """What the card shows, on its page and as the answer to a move."""
    return case_context(request, OFFERING_DESK, subject, offers) | {
        "may_edit": permissions.may_revise_offering(request.user, subject),
        "shown": reads.shown_wording_of(subject),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def offering_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of a service."""
    return answer_move(request, OFFERING_DESK, pk, action, card=CARD, context=card_context)
