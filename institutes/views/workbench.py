"""What the pages of one application share: its rows, its book, and the list of sections beside the form."""

from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from institutes import book, policy
from institutes.book import standing
from institutes.book.helping import help_with_clause
from institutes.enums import OFFICE_KINDS, ApplicationState
from institutes.forms.sections import SectionForm
from institutes.models import Application, ApplicationSection, ReturnReason
from institutes.permissions import may
from institutes.selectors import applications_visible_to, last_application_of_unit, name_faults
from records import clock
from records.models import Attachment

CLOSING_SOON = timedelta(days=1)
"""From when on the pages of a draft say that the call is about to close."""


@dataclass
class Workbench:
    """An application on the desk of its unit. Everything is read once per request."""

    application: Application
    code: str = ""

    @cached_property
    def declared(self) -> book.Book:
        return book.of_edition(self.application.call.form_edition)

    @cached_property
    def setting(self) -> book.Setting:
        return book.setting_of(self.application)

    @cached_property
    def rows(self) -> dict[str, ApplicationSection]:
        return {row.code: row for row in self.application.sections.select_related("saved_by")}

    @cached_property
    def answers(self) -> dict[str, dict]:
        return {code: row.answers for code, row in self.rows.items()}

    @cached_property
    def files(self) -> list[Attachment]:
        found = Attachment.objects.about(self.application).current().exclude(kind__in=OFFICE_KINDS)
        return list(found.select_related("uploaded_by"))

    @cached_property
    def reasons(self) -> list[ReturnReason]:
        return list(self.application.return_reasons.open().select_related("raised_by"))

    @cached_property
    def held(self) -> dict[str, int]:
        kinds = [file.kind for file in self.files]
        return {kind: kinds.count(kind) for kind in kinds}

    @cached_property
    def faults(self) -> list[book.Fault]:
        return book.faults(self.declared, self.answers, self.held, self.setting)

    @property
    def section(self) -> book.Section:
        found = self.declared.section(self.code)
        if found is None:
            raise Http404
        return found

    def form(self, data=None, *, only: list[str] | None = None) -> SectionForm:
        row = self.rows.get(self.code)
        return SectionForm(data, section=self.section, setting=self.setting, row=row, only=only)

    # --- where one may go ---

    def address(self, code: str) -> str:
        return reverse("institutes:section", args=[self.application.pk, code])

    def after(self, went: str) -> str:
        """Where the person goes after saving: to the next section, to the check, or back to the same place."""
        codes = [section.code for section in self.declared.sections]
        place = codes.index(self.code)
        if went == "next" and place + 1 < len(codes):
            return self.address(codes[place + 1])
        if went == "next":
            return reverse("institutes:application-files", args=[self.application.pk])
        return self.address(self.code)

    def sections(self) -> list[dict]:
        """The list at the left: every section, the annexes, the check, the way out."""
        found = [self._entry(section) for section in self.declared.sections]
        lacking = len(book.annex_faults(self.declared, self.answers, self.held, self.setting))
        said = _("缺 %(n)d 类") % {"n": lacking} if lacking else _("已齐全")
        returned = sum(reason.section == book.ANNEXES for reason in self.reasons)
        state = "errors" if returned else "open" if lacking else "done"
        said = _("%(n)d 条退回意见") % {"n": returned} if returned else said
        found.append(self._link(_("附件"), "application-files", state, said))
        found.append(self._link(_("认定条件预检"), "application-check", "open", ""))
        found.append(self._link(_("提交"), "application-submit", "open", ""))
        return found

    def progress(self) -> book.Progress:
        """Of the whole book with its annexes."""
        return book.whole(self.declared, self.answers, self.held, self.setting)

    def _entry(self, section: book.Section) -> dict:
        complete = book.completeness(section, self.answers, self.setting)
        returned = sum(reason.section == section.code for reason in self.reasons)
        return {
            "label": f"{section.number} {section.title}",
            "url": self.address(section.code),
            "current": section.code == self.code,
            "state": "errors" if returned else complete.state,
            "said": _("%(n)d 条退回意见") % {"n": returned} if returned else complete.said,
            "progress": book.progress_of(section, self.answers, self.setting),
        }

    def _link(self, label: str, name: str, state: str, said: str) -> dict:
        url = reverse(f"institutes:{name}", args=[self.application.pk])
        return {"label": label, "url": url, "current": self.code == name, "state": state, "said": said}

    # --- what the pages show ---

    def context(self, **more) -> dict:
        return {
            "application": self.application,
            "call": self.application.call,
            "closing": self.closing,
            "sections": self.sections(),
            "progress": self.progress(),
            "reasons": [self.told(reason) for reason in self.reasons],
            **more,
        }

    def section_page(self, form: SectionForm) -> dict:
        row = self.rows.get(self.code)
        return self.context(
            section=self.section,
            form=form,
            blocks=form.blocks(self.remarks(self.answers)),
            saved=row,
            autosave_seconds=self.setting.limits["autosave_seconds"],
            faults=self.lacking(),
            taken_over=self.takeover(),
            here=[self.told(reason) for reason in self.reasons if reason.section == self.code],
        )

    @property
    def closing(self) -> str:
        """Where the call stands for a book that the offices never received: over, soon over, or nothing to say."""
        call, now = self.application.call, clock.now()
        if self.application.state != ApplicationState.DRAFT or self.application.received_at:
            return ""
        if policy.window(call.opens_at, call.closes_at, now) == "over":
            return "over"
        return "soon" if call.closes_at - now <= CLOSING_SOON else ""

    def lacking(self) -> list[book.Fault]:
        """What the section still lacks, once it is begun: nobody is told so at an empty page."""
        row = self.rows.get(self.code)
        return [fault for fault in self.faults if fault.section == self.code] if row and row.answers else []

    def take_in(self, row: ApplicationSection) -> None:
        """Go on with a section as it was just saved."""
        self.rows[row.code] = row
        self.__dict__.pop("answers", None)
        self.__dict__.pop("faults", None)

    def remarks(self, answers: dict) -> dict[str, list[str]]:
        """What the section's rules say at its boxes, as the book stands with ``answers``."""
        found = book.remarks(self.section, answers, self.setting)
        for fault in self.name_faults(answers) if self.code == "basics" else ():
            found.setdefault(fault.path, []).append(_("待更正：%(text)s") % {"text": fault.text})
        return found

    def name_faults(self, answers: dict) -> list[book.Fault]:
        """What stands against the institute's name outside the book."""
        return name_faults(self.application, answers.get("basics", {}).get("institute_name") or "")

    def takeover(self) -> dict | None:
        """What of the unit's last application this section could take over, where it is still to be filled in."""
        last = last_application_of_unit(self.application) if self.code in book.REUSED else None
        if last is None or book.progress_of(self.section, self.answers, self.setting).is_full:
            return None
        values = book.reusable(self.declared, book.answers_of_draft(last), self.answers, self.setting)
        return {"last": last, "amount": len(values[self.code])} if self.code in values else None

    def told(self, reason: ReturnReason) -> dict:
        """A reason of a return with the name and the place of what it is about."""
        section = self.declared.section(reason.section)
        stored = self.answers.get(reason.section, {})
        label = book.label_of(section, reason.field, stored, self.setting) if section and reason.field else ""
        told = {
            "text": reason.text,
            "by": reason.raised_by,
            "at": reason.raised_at,
            "where": f"{section.number} {section.title}" if section else _("附件"),
            "label": label,
        }
        if section is None:
            annex = self.declared.annex(reason.field.removeprefix("annex-"))
            files = reverse("institutes:application-files", args=[self.application.pk])
            return told | {"label": str(annex.label) if annex else "", "url": f"{files}#{reason.field}"}
        place = f"#id_{reason.field}" if reason.field else ""
        return told | {"url": f"{self.address(reason.section)}{place}"}

    def faults_told(self) -> list[dict]:
        """Every fault of the book with the way to its box, grouped by section in the page."""
        return [self.pointed(fault) for fault in [*self.faults, *self.name_faults(self.answers)]]

    def pointed(self, fault: book.Fault) -> dict:
        """A fault or a hint with the name of its section and the way to its box."""
        section = self.declared.section(fault.section)
        return {
            "where": f"{section.number} {section.title}" if section else _("附件"),
            "label": fault.label,
            "text": fault.text,
            "clause": fault.clause,
            "url": standing.address_of(self.application, fault),
        }

    def annexes(self) -> list[dict]:
        """Each kind of annex with what is there and how many are asked for."""
        return [
            {
                "annex": annex,
                "help": help_with_clause(annex, self.setting),
                "needed": annex.needed(self.answers, self.setting),
                "files": [file for file in self.files if file.kind == annex.code],
            }
            for annex in self.declared.annexes
        ]


def workbench(request: HttpRequest, pk: int, code: str = "") -> Workbench:
    """The bench for whoever fills in this application: 404 where it is not visible, 403 where it is not theirs."""
    application = get_object_or_404(applications_visible_to(request.user), pk=pk)
    if not may(request.user, "submit", application):
        raise PermissionDenied
    return Workbench(application, code)
