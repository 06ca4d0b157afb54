"""What counties propose for the map: the list, drafting, one proposal with its moves."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import holders
from accounts.views.common import listed, show_form
from institutes import permissions, selectors, services
from institutes.desk import CHAIN_PROPOSAL_DESK
from institutes.enums import ProposalKind
from institutes.forms.chain_proposals import ProposalFilter, ProposalForm
from institutes.lifecycle import CHAIN_PROPOSAL
from institutes.views.chains import require
from records import downloads, exports
from records.models import Attachment
from records.moves import answer_move

CARD = "institutes/_chain_proposal_card.html"
FORM = "institutes/chain_proposal_form.html"
STORED = (
    "chain", "kind", "segment", "name", "uscc", "member", "role", "position", "effective_on", "grounds",
)  # fmt: skip


@require_safe
def proposal_list(request: HttpRequest) -> HttpResponse:
    """The proposals this person may read, the latest first."""
    require(request.user.holds(*selectors.KEEPERS))
    context = listed(request, selectors.proposals_visible_to(request.user), ProposalFilter)
    rows = [(row, holders.of_case(row, CHAIN_PROPOSAL)) for row in context["page"]]
    may_draft = permissions.may_draft_proposals(request.user)
    return render(
        request, "institutes/chain_proposal_list.html", context | {"rows": rows, "may_draft": may_draft}
    )


@downloads.table("chain-proposals", "图谱调整建议")
def proposal_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the list shows, all pages of it."""
    require(request.user.holds(*selectors.KEEPERS))
    rows = selectors.proposals_visible_to(request.user)
    found = ProposalFilter(request.GET, queryset=rows, request=request).qs
    labels = (_("提出单位"), _("产业链"), _("事项"), _("企业或环节"), _("地位"), _("生效日期"))
    head = [*labels, _("理由"), _("状态"), _("审核意见"), _("办理时限")]
    return exports.Sheet(head, found, _cells)


def _cells(row) -> list:
    said = [row.division, row.chain, row.get_kind_display(), row.about, row.get_role_display()]
    state = CHAIN_PROPOSAL.label(row.state)
    return [*said, row.effective_on, row.grounds, state, row.get_finding_display(), row.due_on]


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_new(request: HttpRequest) -> HttpResponse:
    """Draft a proposal for one's county; the chain, a segment or an enterprise may come from the map."""
    require(permissions.may_draft_proposals(request.user))
    kind = request.POST.get("kind", request.GET.get("kind", ""))
    if kind not in ProposalKind.values:
        return render(request, FORM, {"kinds": ProposalKind.choices}, status=422 if request.POST else 200)
    form = ProposalForm(
        request.POST or None, request.FILES or None, user=request.user, kind=kind, initial=_named(request)
    )
    if request.method != "POST" or not form.is_valid():
        return show_form(request, FORM, form, kind=ProposalKind(kind).label)
    proposal = services.draft_proposal(division=form.division, **form.cleaned_data, by=request.user)
    messages.success(request, _("草稿已保存，核对后送分管领导审签。"))
    return redirect(proposal)


def _named(request: HttpRequest) -> dict:
    """What the map names in the address when something is proposed from it."""
    return {name: request.GET[name] for name in ("chain", "segment", "member") if name in request.GET}


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a proposal that is still a draft."""
    subject = get_object_or_404(selectors.proposals_visible_to(request.user), pk=pk)
    require(permissions.may_revise_proposal(request.user, subject))
    stored = {name: getattr(subject, name) for name in STORED}
    form = ProposalForm(
        request.POST or None, request.FILES or None, user=request.user, kind=subject.kind, initial=stored
    )
    if request.method != "POST" or not form.is_valid():
        return show_form(request, FORM, form, subject=subject, kind=subject.get_kind_display())
    return redirect(services.revise_proposal(proposal=subject, **form.cleaned_data, by=request.user))


@require_safe
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal: what it would change, its grounds, what was found."""
    subject = get_object_or_404(selectors.proposals_visible_to(request.user), pk=pk)
    offers = CHAIN_PROPOSAL_DESK.offers(request.user, subject)
    return render(request, "institutes/chain_proposal.html", card_context(request, subject, offers))


def card_context(request: HttpRequest, subject, offers) -> dict:
    """What the card of a proposal shows, on its page and as the answer to a move."""
    primary = [offer.label for offer in offers if offer.primary and offer.allowed]
    state = CHAIN_PROPOSAL.states[subject.state]
    lines = CHAIN_PROPOSAL_DESK.lines(request.user, subject)
    events = [{"what": one.label, "who": one.actor, "at": one.at, "reason": one.reason} for one in lines]
    holder = holders.of_case(subject, CHAIN_PROPOSAL)
    if not state.final:
        events.append({"what": state.label, "who": holder, "at": subject.due_on, "state": "now"})
    return {
        "subject": subject,
        "offers": offers,
        "holder": holder,
        "days_left": selectors.days_left_of(subject),
        "next_step": primary[0] if primary else "",
        "events": events,
        "files": [_file(row) for row in Attachment.objects.about(subject).current()],
        "may_edit": permissions.may_revise_proposal(request.user, subject),
        "standing": selectors.standing_on_the_map(subject.uscc) if subject.uscc else [],
    }


def _file(row: Attachment) -> dict:
    url = reverse("records:attachment", args=[row.pk])
    return {"name": row.name, "url": url, "size": row.size, "at": row.uploaded_at}


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of a proposal."""
    return answer_move(request, CHAIN_PROPOSAL_DESK, pk, action, card=CARD, context=card_context)
