"""The officers' pages of the map of chains: the list, one chain with its moves, its history, its documents."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views.common import listed
from institutes import permissions, selectors, services
from institutes.desk import CHAIN_DESK
from institutes.forms.chains import ChainFilter, ChainForm, OnChainFilter
from institutes.models import ChainMember, ChainSegment, ChainSource
from institutes.services import chain_import
from records import downloads, exports
from records.desk import with_actors
from records.models import Attachment
from records.moves import answer_move
from records.views import send_file

KINDS = ("csv", "xlsx")
CARD = "institutes/_chain_card.html"
# Moves about the whole chain; those about a segment or an enterprise stand beside it on the map.
ON_TOP = ("enter_member", "add_segment", "revise", "retire", "restore")
LINES_SHOWN, CHANGES_SHOWN = 30, 12


def require(granted: bool) -> None:
    """Raise 403 unless granted."""
    if not granted:
        raise PermissionDenied


@require_safe
def chain_list(request: HttpRequest) -> HttpResponse:
    """The chains with what stands on each, the priority chains first."""
    require(request.user.holds(*selectors.KEEPERS))
    context = listed(request, selectors.chains_visible_to(request.user), ChainFilter)
    return render(
        request,
        "institutes/chain_list.html",
        context
        | {"rows": selectors.drawn(context["page"]), "may_keep": permissions.may_keep_the_map(request.user)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def chain_new(request: HttpRequest) -> HttpResponse:
    """Enter a chain; its segments follow on its page."""
    require(permissions.may_keep_the_map(request.user))
    form = ChainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        chain = services.enter_chain(**form.cleaned_data, by=request.user)
        messages.success(request, _("产业链已列入图谱，请增加环节。"))
        return redirect(chain)
    return render(request, "institutes/chain_form.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def chain(request: HttpRequest, pk: int) -> HttpResponse:
    """One chain: its segments from upstream to downstream, who stands on them, what is missing."""
    subject = get_object_or_404(selectors.chains_visible_to(request.user), pk=pk)
    offers = CHAIN_DESK.offers(request.user, subject)
    return render(request, "institutes/chain.html", card_context(request, subject, offers))


def card_context(request: HttpRequest, subject, offers) -> dict:
    """What the page of a chain shows; the filter narrows which enterprises, never the gaps."""
    form = OnChainFilter(request.GET)
    whole = selectors.drawn([subject])[0]
    members = selectors.narrowed(selectors.members_of_chains([subject]), **_asked(form))
    actions = {offer.action for offer in offers}
    return {
        "subject": subject,
        "offers": [offer for offer in offers if offer.action in ON_TOP],
        "may_import": "import_members" in actions,
        "may_edit": "revise_segment" in actions,
        "may_propose": permissions.may_draft_proposals(request.user) and subject.is_active,
        "own_division": getattr(selectors.division_to_propose_for(request.user), "pk", None),
        "with_files": selectors.sources_with_files(),
        "filter": form,
        "is_filtered": any(_asked(form).values()),
        "map": selectors.drawn([subject], members=members)[0],
        "whole": whole,
        "former": selectors.former_members(subject)[:LINES_SHOWN],
        "events": _events(request.user, subject),
        "proposals": selectors.proposals_visible_to(request.user).filter(chain=subject)[:LINES_SHOWN],
    }


def _asked(form: OnChainFilter) -> dict:
    cleaned = form.cleaned_data if form.is_valid() else {}
    return {
        "text": cleaned.get("q", ""),
        "division": cleaned.get("division"),
        "role": cleaned.get("role", ""),
    }


def _events(user, subject) -> list[dict]:
    """What was changed on the map, the latest last; in words what each change was about."""
    events = list(selectors.changes_of(subject))[-CHANGES_SHOWN:]
    return [
        {
            "what": f"{CHAIN_DESK.line(event, actor=actor).label}{_about(event.data)}",
            "who": actor,
            "at": event.at,
            "reason": event.reason,
        }
        for event, actor in with_actors(user, subject, events)
    ]


def _about(data: dict) -> str:
    """Which enterprise or segment a change was about, as the register has it."""
    words = [
        data.get("enterprise") or data.get("segment"),
        data.get("into") and _("并入{into}").format(**data),
    ]
    if data.get("count"):
        words.append(_("{count} 家").format(**data))
    said = "，".join(str(word) for word in words if isinstance(word, str) and word)
    return f"：{said}" if said else ""


@require_http_methods(["GET", "HEAD", "POST"])
def chain_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of a chain; a link beside a segment or an enterprise fills in which."""
    return answer_move(
        request,
        CHAIN_DESK,
        pk,
        action,
        card=CARD,
        context=card_context,
        initial=_initial(request, pk, action),
    )


def _initial(request: HttpRequest, chain: int, action: str) -> dict:
    """What the address names on this chain; where a row is mended, with the values that stand there now."""
    found: dict[str, object] = {}
    segment, member = request.GET.get("segment", ""), request.GET.get("member", "")
    segments, members = (
        ChainSegment.objects.filter(chain=chain),
        ChainMember.objects.filter(segment__chain=chain),
    )
    if row := segments.filter(pk=segment).first() if segment.isdecimal() else None:
        found |= {"segment": row, "position": row.position, "name": row.name, "order": row.order}
    if row := members.filter(pk=member).first() if member.isdecimal() else None:
        found |= {"member": row, "name": row.name, "division": row.division_id}
        found |= {"outside": row.division_id is None}
        found |= {"since": row.since} if action == "revise_member" else {}
    return found


@downloads.table("chains", "产业链图谱")
def chain_export(request: HttpRequest) -> exports.Sheet:
    """Every enterprise on the map, as the chains are filtered."""
    require(request.user.holds(*selectors.KEEPERS))
    chains = ChainFilter(request.GET, queryset=selectors.chains_visible_to(request.user), request=request).qs
    head = [_("产业链"), _("产业链类型"), _("位置"), *chain_import.HEAD, _("依据文件")]
    return exports.Sheet(
        head,
        selectors.members_of_chains(chains),
        lambda row: [*_chain_cells(row.segment), *chain_import.cells_of(row), row.source],
    )


def _chain_cells(segment: ChainSegment) -> list:
    return [segment.chain, segment.chain.get_kind_display(), segment.get_position_display()]


@require_safe
def chain_source_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The original of a document by which somebody stands on the map: for the offices that keep it."""
    require(request.user.holds(*selectors.KEEPERS))
    source = get_object_or_404(ChainSource, pk=pk)
    file = Attachment.objects.about(source).current().order_by("-pk").first()
    if file is None:
        raise Http404
    return send_file(file.file, name=file.name, content_type=file.content_type)
