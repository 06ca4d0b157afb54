"""The unit's pages of a proposal: sections that save themselves, annexes, the leader."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.views.common import show_form
from institutes import book as institute_book
from institutes.book.helping import help_with_clause
from institutes.forms.sections import SectionForm
from institutes.views.annexes import shown
from projects import book, permissions, selectors, services
from projects.forms.proposals import LeaderForm, ProposalFilesForm
from projects.models import Proposal, ProposalSection
from projects.services.unit import missing_of

FILES, LEADER = "files", "leader"


@dataclass
class Bench:
    """A proposal on the desk of its unit. Everything is read once per request."""

    proposal: Proposal
    code: str = ""

    @cached_property
    def declared(self) -> book.Book:
        return book.of_edition(self.proposal.call.form_edition)

    @cached_property
    def setting(self) -> book.Setting:
        return book.setting_of(self.proposal)

    @cached_property
    def rows(self) -> dict[str, ProposalSection]:
        return {row.code: row for row in self.proposal.sections.select_related("saved_by")}

    @cached_property
    def files(self) -> list:
        return list(selectors.files_of(self.proposal))

    @cached_property
    def faults(self) -> list:
        return missing_of(self.proposal)

    @property
    def answers(self) -> dict[str, dict]:
        return {code: row.answers for code, row in self.rows.items()}

    @property
    def held(self) -> dict[str, int]:
        kinds = [file.kind for file in self.files]
        return {kind: kinds.count(kind) for kind in kinds}

    @property
    def section(self):
        found = self.declared.section(self.code)
        if found is None:
            raise Http404
        return found

    def form(self, data=None, *, only: list[str] | None = None) -> SectionForm:
        row = self.rows.get(self.code)
        return SectionForm(data, section=self.section, setting=self.setting, row=row, only=only)

    def address(self, code: str) -> str:
        return reverse("projects:project-section", args=[self.proposal.pk, code])

    def after(self, went: str) -> str:
        """Where the person goes after saving: to the next section, then the annexes, or back to the same place."""
        codes = [section.code for section in self.declared.sections]
        place = codes.index(self.code)
        if went != "next":
            return self.address(self.code)
        if place + 1 < len(codes):
            return self.address(codes[place + 1])
        return reverse("projects:project-files", args=[self.proposal.pk])

    def sections(self) -> list[dict]:
        """The list at the left: every section, the leader's number, the annexes, the case."""
        found = [self._entry(section) for section in self.declared.sections]
        named = bool(self.proposal.leader_mark)
        lacking = len(institute_book.annex_faults(self.declared, self.answers, self.held, self.setting))
        said = _("缺 %(n)d 类") % {"n": lacking} if lacking else _("已齐全")
        found.append(self._link(_("负责人证件"), LEADER, named, _("已登记") if named else _("未登记")))
        found.append(self._link(_("附件"), FILES, not lacking, said))
        return found

    def _entry(self, section) -> dict:
        complete = institute_book.completeness(section, self.answers, self.setting)
        return {
            "label": f"{section.number} {section.title}",
            "url": self.address(section.code),
            "current": section.code == self.code,
            "state": complete.state,
            "said": complete.said,
            "progress": institute_book.progress_of(section, self.answers, self.setting),
        }

    def _link(self, label: str, name: str, done: bool, said: str) -> dict:
        url = reverse(f"projects:project-{name}", args=[self.proposal.pk])
        state = "done" if done else "open"
        return {"label": label, "url": url, "current": self.code == name, "state": state, "said": said}

    def context(self, **more) -> dict:
        return {
            "proposal": self.proposal,
            "sections": self.sections(),
            "progress": institute_book.whole(self.declared, self.answers, self.held, self.setting),
            **more,
        }

    def section_page(self, form: SectionForm) -> dict:
        return self.context(
            section=self.section,
            form=form,
            blocks=form.blocks(self.remarks()),
            saved=self.rows.get(self.code),
            autosave_seconds=self.setting.limits["autosave_seconds"],
            faults=self.lacking(),
        )

    def remarks(self) -> dict[str, list[str]]:
        """What the section's rules say at its boxes."""
        return institute_book.remarks(self.section, self.answers, self.setting)

    def lacking(self) -> list:
        """What the section still lacks, once it is begun: nobody is told so at an empty page."""
        row = self.rows.get(self.code)
        return [fault for fault in self.faults if fault.section == self.code] if row and row.answers else []

    def take_in(self, row: ProposalSection) -> None:
        """Go on with a section as it was just saved."""
        self.rows[row.code] = row
        self.__dict__.pop("faults", None)


def bench_of(request: HttpRequest, pk: int, code: str = "") -> Bench:
    """The bench for whoever fills in this proposal: 404 where it is not visible, 403 where it is not theirs."""
    proposal = get_object_or_404(selectors.proposals_visible_to(request.user), pk=pk)
    if not permissions.FILLER(request.user, proposal):
        raise PermissionDenied
    return Bench(proposal, code)


@require_http_methods(["GET", "POST"])
def section(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """One section of the book. Boxes that cannot be read are shown again; the others are saved all the same."""
    bench = bench_of(request, pk, code)
    if request.method == "GET" and not bench.proposal.is_editable:
        return redirect("projects:project-book", pk)
    form = bench.form(request.POST or None)
    if request.method == "POST":
        _save(request, bench, form, own_may_stand=True)
        if not form.errors:
            messages.success(request, _("已保存。"))
            return redirect(bench.after(request.POST.get("go", "")))
        bench = bench_of(request, pk, code)
    template = "projects/_section_form.html" if request.htmx else "projects/section.html"
    return render(request, template, bench.section_page(form), status=422 if form.errors else 200)


def _save(request: HttpRequest, bench: Bench, form: SectionForm, *, own_may_stand: bool = False):
    form.is_valid()
    return services.save_proposal_section(
        proposal=bench.proposal,
        section=bench.section.code,
        changes=form.changes,
        version=form.seen,
        by=request.user,
        own_may_stand=own_may_stand,
    )


@require_POST
def section_save(request: HttpRequest, pk: int, code: str) -> JsonResponse:
    """Autosave: only the boxes that changed; the answer carries the version now seen, or errors by box."""
    bench = bench_of(request, pk, code)
    form = bench.form(request.POST, only=request.POST.getlist("changed"))
    row = _save(request, bench, form)
    known = [row.version] if form.changes and row.saved_by_id == request.user.pk else []
    bench.take_in(row)
    answer = {
        "version": str(institute_book.Seen.of(form.seen).plus(*known)),
        "saved_at": f"{timezone.localtime(row.saved_at):%H:%M:%S}",
        "remarks": bench.remarks(),
        "parts": _parts(request, bench),
    }
    if form.errors:
        return JsonResponse({**answer, "errors": form.errors}, status=422)
    return JsonResponse(answer)


def _parts(request: HttpRequest, bench: Bench) -> dict[str, str]:
    """What of the page says how far the book is, as it is after a saving."""
    lacking = {"faults": bench.lacking()}
    return {
        "sections": render_to_string("components/section_list.html", bench.context(), request),
        "lacking": render_to_string("institutes/_lacking.html", lacking, request),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def leader(request: HttpRequest, pk: int) -> HttpResponse:
    """The leader's identity number: entered, kept encrypted, shown masked."""
    bench = bench_of(request, pk, LEADER)
    form = LeaderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.name_leader(proposal=bench.proposal, **form.cleaned_data, by=request.user)
        messages.success(request, _("已登记负责人证件号码。"))
        return redirect("projects:project-files", pk)
    return show_form(request, "projects/leader.html", form, **bench.context())


@require_http_methods(["GET", "HEAD", "POST"])
def files(request: HttpRequest, pk: int) -> HttpResponse:
    """The annexes: what is asked for, what is there, more of them."""
    bench = bench_of(request, pk, FILES)
    kinds = [(annex.code, annex.label) for annex in bench.declared.annexes]
    form = ProposalFilesForm(request.POST or None, request.FILES or None, kinds=kinds)
    if request.method == "POST" and form.is_valid():
        found = services.attach_proposal_files(proposal=bench.proposal, **form.cleaned_data, by=request.user)
        messages.success(request, _("已上传“%(name)s”。") % {"name": "、".join(one.name for one in found)})
        return redirect("projects:project-files", pk)
    annexes = [
        {
            "annex": annex,
            "help": help_with_clause(annex, bench.setting),
            "needed": annex.needed(bench.answers, bench.setting),
            "files": [{"file": file, "line": shown(file)} for file in bench.files if file.kind == annex.code],
        }
        for annex in bench.declared.annexes
    ]
    return show_form(request, "projects/files.html", form, **bench.context(annexes=annexes))


@require_POST
def file_remove(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """Take an annex out of the draft."""
    bench = bench_of(request, pk)
    attachment = get_object_or_404(selectors.files_of(bench.proposal), pk=file)
    services.remove_proposal_file(proposal=bench.proposal, attachment=attachment, by=request.user)
    messages.success(request, _("已删除“%(name)s”。") % {"name": attachment.name})
    return redirect("projects:project-files", pk)
