"""The sheet of the formal review: beside every item what it speaks of, what the portal notices, and the annexes."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import holders
from accounts.models import User
from institutes import book, selectors
from institutes.book.contrast import Part
from institutes.desk import APPLICATION_DESK
from institutes.enums import ApplicationState, CheckResult
from institutes.forms.formal import FormalForm
from institutes.lifecycle import APPLICATION
from institutes.models import Application, FormalCheck
from institutes.views.annexes import annexes_of
from institutes.views.versions import choices_for, compared
from records import calendar, clock

PROPOSE = "propose_formal"
PAGE = "institutes/formal_sheet.html"
CONFIRMATIONS = ("confirm_pass", "confirm_supplement", "confirm_fail", "send_back_formal")
TONES = {CheckResult.MET: "done", CheckResult.UNMET: "refused", CheckResult.NOTED: "wait"}
LONG_TABLE = 6


@dataclass
class Sheet:
    """An application on the desk of the formal review. Everything is read once per request."""

    application: Application
    reader: User

    @cached_property
    def declared(self) -> book.Book:
        return book.of_edition(self.application.call.form_edition)

    @cached_property
    def version(self):
        return selectors.last_versions([self.application]).get(self.application.pk)

    @cached_property
    def answers(self) -> Mapping:
        return self.version.answers if self.version else {}

    @cached_property
    def boxes(self) -> dict[str, object]:
        """Every box of the book as it is read by the bureau, by ``section.entry``."""
        setting = book.with_frozen_names(book.setting_of(self.application), self.answers)
        chapters = book.read(self.declared, self.answers, setting, discreet=True)
        return {f"{chapter.code}.{item.path}": item for chapter in chapters for item in chapter.items}

    @cached_property
    def files(self) -> list[dict]:
        return annexes_of(self.application, self.declared, self.version) if self.version else []

    @cached_property
    def hints(self) -> selectors.Hints:
        return selectors.hints_of([self.application])[self.application.pk]

    @cached_property
    def checks(self) -> dict[str, FormalCheck]:
        """What the last round found."""
        return selectors.checks_of([self.application])[self.application.pk]

    @cached_property
    def last_move(self):
        """The line of the register by which it came to the clerk."""
        moves = ("sign_recommendation", "resubmit", "send_back_formal")
        return selectors.last_of(self.application, moves)

    @property
    def came_by(self) -> str:
        return selectors.move_of(self.last_move) if self.last_move else ""

    @cached_property
    def parts(self) -> list[Part]:
        """What the unit changed since the version before; nothing where there is none."""
        choices = choices_for(self.reader, self.application)
        if self.application.supplements == 0 or len(choices) < 2:
            return []
        return compared(self.reader, self.application, choices[-2], choices[-1], whole=False)

    @cached_property
    def changed(self) -> set[str]:
        """The boxes and annexes that were changed, as places."""
        return {
            f"{part.code}.{line.path if part.code == book.ANNEXES else line.path.partition('-')[0]}"
            for part in self.parts
            for line in part.lines
            if line.kind != "same"
        }

    # --- items ---

    def items(self, form: FormalForm) -> list[dict]:
        given = {row["item"]: row for row in form["checks"].data or ()} if form.is_bound else {}
        return [
            self._item(number, item, given.get(item["code"]))
            for number, item in enumerate(self.application.call.edition.terms["checklist"], 1)
        ]

    def _item(self, number: int, item: dict, given: Mapping | None) -> dict:
        code, matter, former = item["code"], book.matter_of(item["code"]), self.checks.get(item["code"])
        places = book.places_of(self.declared, code)
        settled = self.is_settled(places, former)
        known = self._known(former, settled=settled) if given is None else given
        hints = self.hints.get(code, [])
        boxes = [self.boxes[box] for box in matter.boxes if box in self.boxes]
        return {
            "number": number,
            "code": code,
            "label": item["label"],
            "clause": item.get("clause", ""),
            "note_of_item": item.get("note", ""),
            "facts": [box for box in boxes if not box.is_table],
            "tables": [{"item": box, "long": len(box.rows) > LONG_TABLE} for box in boxes if box.is_table],
            "hints": [hint for hint in hints if not hint.sound],
            "sound": [hint for hint in hints if hint.sound],
            "compares": bool(matter.rules),
            "files": [file for file in self.files if file["kind"] in matter.annexes],
            "changed": bool(self.changed & set(places)),
            "settled": settled,
            "former": former,
            "tone": TONES[CheckResult(former.result)] if former else "",
            "where": [places.get(place, place) for place in former.places] if former else [],
            "result": known.get("result", ""),
            "note": known.get("note", ""),
            "places": [
                {"value": place, "label": label, "picked": place in (known.get("places") or ())}
                for place, label in places.items()
            ],
        }

    def is_settled(self, places: Mapping[str, str], former: FormalCheck | None) -> bool:
        """After a supplement: whether an item was in order and nothing of it was changed since."""
        if self.came_by != "resubmit" or former is None or former.result == CheckResult.UNMET:
            return False
        return not self.changed & set(places)

    def _known(self, former: FormalCheck | None, *, settled: bool) -> dict:
        """What stands in the boxes at first: the clerk's own ticks where the approver sent the sheet back, and of a
        second review those that nothing has touched; else nothing, for nobody but the clerk decides."""
        if former is None or not (settled or self.came_by == "send_back_formal"):
            return {}
        return {"result": former.result, "note": former.note, "places": former.places}


def sheet_for(request: HttpRequest, pk: int) -> Sheet:
    """404 where the case is not visible, 403 where it is none of the reader's business."""
    subject = get_object_or_404(selectors.applications_visible_to(request.user), pk=pk)
    if not request.user.holds(*selectors.FORMAL_READERS):
        raise PermissionDenied
    return Sheet(subject, request.user)


@never_cache
@require_safe
def formal_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet for the clerk to fill in, for the approver to confirm, for the others to read."""
    sheet = sheet_for(request, pk)
    return _show(request, sheet, _form(sheet))


def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """The clerk's move: asked for on the sheet, and answered by the next sheet of the pile."""
    subject = get_object_or_404(selectors.applications_visible_to(request.user), pk=pk)
    if not APPLICATION_DESK.may(request.user, PROPOSE, subject):
        raise PermissionDenied
    sheet = Sheet(subject, request.user)
    if request.method != "POST":
        return _show(request, sheet, _form(sheet))
    form = _form(sheet, request.POST)
    if not form.is_valid():
        APPLICATION_DESK.refuse_if_barred(user=request.user, subject=subject, action=PROPOSE)
        return _show(request, sheet, form, status=422)
    following = neighbours(sheet)["next"]
    APPLICATION_DESK.take(user=request.user, subject=subject, action=PROPOSE, fields=form.cleaned_data)
    messages.success(request, _("“{case}”已提出形式审查意见，交审批人审定。").format(case=subject))
    return redirect("institutes:formal-sheet", following) if following else redirect("institutes:formal-list")


def _form(sheet: Sheet, data=None) -> FormalForm:
    return APPLICATION_DESK.form(PROPOSE, subject=sheet.application, user=sheet.reader, data=data)


def _show(request: HttpRequest, sheet: Sheet, form: FormalForm, *, status: int = 200) -> HttpResponse:
    subject = sheet.application
    offers = {offer.action: offer for offer in APPLICATION_DESK.offers(request.user, subject)}
    items = sheet.items(form)
    context = {
        "subject": subject,
        "form": form,
        "fills": offers.get(PROPOSE) if offers.get(PROPOSE) and offers[PROPOSE].allowed else None,
        "offers": [offers[action] for action in CONFIRMATIONS if action in offers],
        "asked": [item for item in items if not item["settled"]],
        "settled": [item for item in items if item["settled"]],
        "results": CheckResult.choices,
        "hint_count": sum(len(item["hints"]) for item in items),
        "defects": [item for item in items if item["former"] and item["former"].result == CheckResult.UNMET],
        "sent_back": sheet.last_move if sheet.came_by == "send_back_formal" else None,
        "confirms": subject.state == ApplicationState.FORMAL_CONFIRMATION,
        "parts": sheet.parts,
        "move_url": reverse("institutes:application-move", args=[subject.pk, PROPOSE]),
        **_clock(subject),
        **neighbours(sheet),
    }
    return render(request, PAGE, context, status=status)


def _clock(subject: Application) -> dict:
    due_on = subject.due_on
    return {
        "holder": holders.of_case(subject, APPLICATION),
        "due_on": due_on,
        "days_left": calendar.working_days_left(clock.today(), due_on) if due_on else None,
        "provisional": bool(subject.due_provisional),
    }


def neighbours(sheet: Sheet) -> dict:
    """The cases before and after this one in the pile of its call that stand where it stands."""
    subject = sheet.application
    pile = selectors.formal_pile(sheet.reader).filter(call=subject.call_id, state=subject.state)
    keys = list(pile.values_list("pk", flat=True))
    at = keys.index(subject.pk) if subject.pk in keys else None
    if at is None:
        return {"previous": None, "next": None, "place": 0, "pile": len(keys)}
    return {
        "previous": keys[at - 1] if at else None,
        "next": keys[at + 1] if at + 1 < len(keys) else None,
        "place": at + 1,
        "pile": len(keys),
    }
