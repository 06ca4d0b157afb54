"""What the page of an application or of an institute shows, for one reader. Reads only."""

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import holders
from accounts.models import User
from accounts.roles import Role
from institutes import book, selectors
from institutes.book import standing
from institutes.desk import APPLICATION_DESK
from institutes.enums import (
    CLOSED_STATES,
    VISIT_KINDS,
    ApplicationState,
    CheckResult,
    IntegrityResult,
    VisitFile,
    VisitPart,
)
from institutes.lifecycle import APPLICATION
from institutes.models import Application, IntegrityCheck
from institutes.permissions import is_engaged, may, may_read_integrity, may_read_recusal, may_record_integrity
from institutes.policy import MET
from institutes.views.annexes import PICTURE, annexes_of, shown, shown_all
from notices.selectors import item_of, objections_to, objections_visible_to
from records import calendar, clock
from records.deadlines import day_in_words
from records.desk import Line
from records.models import Attachment, Document

S = ApplicationState
JUDGES = (*selectors.COUNTY, *selectors.BUREAU, Role.AUDITOR)
COUNTY_STATES = (S.COUNTY_REVIEW, S.COUNTY_SIGNING)
# The way of an application, and where on it each state stands.
WAY = (
    (gettext_lazy("填报"), (S.DRAFT,)),
    (gettext_lazy("单位审核"), (S.UNIT_REVIEW,)),
    (gettext_lazy("县级推荐"), (S.COUNTY_REVIEW, S.COUNTY_SIGNING)),
    (gettext_lazy("形式审查"), (S.FORMAL_REVIEW, S.FORMAL_CONFIRMATION, S.SUPPLEMENT_REQUESTED)),
    (gettext_lazy("专家评审"), (S.REVIEWING,)),
    (gettext_lazy("现场考察"), (S.SITE_VISIT,)),
    (gettext_lazy("局务会审议"), (S.PENDING_DECISION,)),
    (gettext_lazy("公示"), (S.PUBLICITY, S.OBJECTION_HANDLING)),
    (gettext_lazy("认定"), (S.RECOGNISED,)),
)
TONES = {CheckResult.MET: "done", CheckResult.UNMET: "refused", CheckResult.NOTED: "wait"}


def of(application: Application, *, reader) -> dict:
    """The whole case for this reader: unit, county, bureau, agency or auditor."""
    inside = reader.holds(*selectors.UNIT) and application.host_id in {o.pk for o in reader.organisations}
    lines = APPLICATION_DESK.lines(reader, application)
    return {
        "inside": inside,
        "blinded": application.is_blinded,
        "decides": application.state == S.PENDING_DECISION and reader.holds(*selectors.DECISION_READERS),
        "reads_sheet": application.formal_round + (application.state == S.FORMAL_REVIEW) > 0
        and reader.holds(*selectors.FORMAL_READERS),
        "checks_formally": application.state == S.FORMAL_REVIEW and reader.holds(Role.BUREAU_CLERK),
        "reviews": application.state == S.REVIEWING and is_engaged(reader, application),
        "visits": application.state == S.SITE_VISIT and is_engaged(reader, application),
        **_clock(application),
        "shows_address": application.state == S.SITE_VISIT and not inside,
        "state_words": APPLICATION.label(application.state, for_applicant=inside),
        "steps": _steps(application, lines),
        "events": _timeline(application, lines, for_applicant=inside or application.is_blinded),
        **_content(
            application,
            inside,
            judges=reader.holds(*JUDGES),
            confidential=may_read_recusal(reader, application),
            reader=reader,
        ),
        **_handling(application, inside),
        **_county(application, reader),
        "papers": papers_for(application, reader),
        "recognition": getattr(application, "recognition", None),
        "public_item": item_of(application),
        "objections": objections_to(application).filter(pk__in=objections_visible_to(reader).values("pk")),
    }


def _clock(application: Application) -> dict:
    """Who holds it, and for how many working days."""
    due_on, paused = application.due_on, application.due_paused_on is not None
    left = calendar.working_days_left(clock.today(), due_on) if due_on and not paused else None
    return {
        "holder": holders.of_case(application, APPLICATION),
        "days_left": left,
        "due_on": due_on,
        "provisional": bool(application.due_provisional),
        "paused": paused,
    }


def _steps(application: Application, lines: list[Line]) -> list[dict]:
    """The way it goes: done, where it stands, what is still to come; red where it ended early."""
    closed = application.state in CLOSED_STATES
    at = lines[-1].from_state if closed and lines else application.state
    here = next((place for place, (_label, states) in enumerate(WAY) if at in states), 0)
    marks = {True: "done", False: "next"}
    steps = [{"label": label, "state": marks[place < here]} for place, (label, _states) in enumerate(WAY)]
    steps[here]["state"] = "refused" if closed else "done" if application.state == S.RECOGNISED else "now"
    return steps


def _timeline(application: Application, lines: list[Line], *, for_applicant: bool) -> list[dict]:
    """The past from the register, the present, and the next step."""
    found = [event_of(line) for line in lines]
    if not APPLICATION.states[application.state].final:
        words = APPLICATION.label(application.state, for_applicant=for_applicant)
        who = holders.of_case(application, APPLICATION)
        found.append({"what": words, "who": who, "at": application.due_on, "state": "now"})
    return found


def event_of(line: Line) -> dict:
    return {"what": line.label, "who": line.actor, "at": line.at, "reason": line.reason}


# --- content --------------------------------------------------------------------------------------------------------


def _content(
    application: Application, inside: bool, *, judges: bool, confidential: bool, reader: User
) -> dict:
    """The book as this reader may read it, its annexes, what was returned and what was changed since."""
    if application.is_blinded:
        return _blind_content(application) | {"watermark": mark_of(reader)}
    declared, setting = book.of_edition(application.call.form_edition), book.setting_of(application)
    versions = list(application.versions.order_by("-number")[:2])
    drafting = inside and application.is_editable
    answers = book.answers_of_draft(application) if drafting or not versions else versions[0].answers
    reasons = list(application.return_reasons.select_related("raised_by"))
    setting = book.with_frozen_names(setting, answers)
    return {
        "chapters": book.read(
            declared,
            answers,
            setting,
            discreet=not inside,
            confidential=confidential,
            notes=_notes([r for r in reasons if not r.answered_at]),
        ),
        "version": versions[0] if versions and not drafting else None,
        "progress": book.whole(declared, answers, standing.annexes_held(application), setting)
        if drafting
        else None,
        "reasons": [_reason(declared, reason) for reason in reasons],
        "differences": _differences(
            declared, answers, versions, setting, drafting=drafting, confidential=confidential
        ),
        "compares": inside or judges,
        "files": annexes_of(application, declared, None if drafting or not versions else versions[0]),
        "findings": _findings(application, answers, setting) if judges and versions else [],
        "hints": book.hints(declared, answers, setting) if judges and versions else [],
    }


def criteria_of(application: Application, reader) -> list[standing.Told] | None:
    """Every criterion against the draft, for who fills it in; against what was handed in, for who judges it.

    None for everybody else: what an agency would read may tell whose application it is.
    """
    setting = book.setting_of(application)
    if may(reader, "submit", application):
        answers = book.answers_of_draft(application)
        found = standing.findings_of(application, answers, setting)
        return [standing.told(finding, application) for finding in found]
    version = selectors.latest_version(application)
    if not reader.holds(*JUDGES) or application.is_blinded or version is None:
        return None
    setting = book.with_frozen_names(setting, version.answers)
    return [standing.told(finding) for finding in standing.findings_of(application, version.answers, setting)]


def mark_of(reader: User) -> str:
    """The line on every page of a blind book: which account reads it, when. It names no person."""
    now = timezone.localtime(clock.now())
    return f"{reader.username} · {day_in_words(now.date())} {now:%H:%M}"


def _blind_content(application: Application) -> dict:
    """The book as it was handed in, without what tells whose it is; no annexes, no reasons, no changes."""
    version = selectors.latest_version(application)
    declared = book.of_edition(application.call.form_edition)
    chapters = book.read_covered(declared, application, version.answers) if version else []
    nothing: dict[str, list] = {"reasons": [], "differences": [], "files": [], "findings": [], "hints": []}
    return {"chapters": chapters, "version": version, **nothing}


def _findings(application: Application, answers, setting) -> list[standing.Told]:
    """The criteria of the edition that are not met or cannot be told, with how much is lacking: for the offices."""
    found = standing.findings_of(application, answers, setting)
    return [standing.told(finding) for finding in found if finding.outcome != MET]


def _notes(reasons) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for reason in reasons:
        found.setdefault((reason.section, reason.field), []).append(reason.text)
    return found


def _reason(declared: book.Book, reason) -> dict:
    section = declared.section(reason.section)
    entry = section.entry(reason.field.partition("-")[0]) if section and reason.field else None
    title = f"{section.number} {section.title}" if section else _("附件")
    entry = entry or declared.annex(reason.field.removeprefix("annex-"))
    return {
        "where": f"{title} · {entry.label}" if entry else title,
        "text": reason.text,
        "raised_at": reason.raised_at,
        "answered_at": reason.answered_at,
    }


def _differences(
    declared: book.Book, answers, versions, setting, *, drafting: bool, confidential: bool
) -> list[book.Difference]:
    """What was changed since it was last handed in, both values."""
    if not versions or (len(versions) < 2 and not drafting):
        return []
    former = versions[0] if drafting else versions[1]
    return book.compare(declared, former.answers, answers, setting, confidential=confidential)


# --- handling -------------------------------------------------------------------------------------------------------


def _handling(application: Application, inside: bool) -> dict:
    """What the offices found. Drafts of an opinion are the offices' own until they are signed."""
    signed = application.county_signed_at is not None
    confirmed, blinded = application.formal_confirmed_at is not None, application.is_blinded
    return {
        "shows_county": not blinded and application.county_proposed_at is not None and (signed or not inside),
        "shows_formal": not blinded
        and application.formal_proposed_at is not None
        and (confirmed or not inside),
        "finding_words": _finding_words(application, confirmed=confirmed),
        "checks": _checks(application) if not blinded and (confirmed or not inside) else [],
        "shows_review": application.reviewed_at is not None,
        **_visit(application, inside),
    }


def _county(application: Application, reader) -> dict:
    """What the county looked up about the host, and the document of its support: for the offices."""
    if application.is_blinded or not may_read_integrity(reader, application):
        return {"integrity": [], "support_files": [], "looks_up": False}
    support = selectors.support_file_of(application)
    return {
        "integrity": integrity_rows(application) if application.received_at else [],
        "support_files": [shown(support, str(_("县级支持文件")))] if support else [],
        "looks_up": application.state in COUNTY_STATES and may_record_integrity(reader, application),
    }


def integrity_rows(application: Application) -> list[dict]:
    """Each item of the edition with its last look-up, and whether that still counts."""
    rows = IntegrityCheck.objects.select_related("evidence__uploaded_by", "recorded_by")
    prefetch_related_objects([application], Prefetch("integrity_checks", queryset=rows))
    known, today = selectors.integrity_of(application), clock.today()
    at_county = application.state in COUNTY_STATES
    return [
        {"code": code, "label": label, **_look_up(known.get(code), today if at_county else None)}
        for code, label in selectors.integrity_items(application).items()
    ]


def _look_up(check, today) -> dict:
    """One look-up in words; without ``today`` nothing runs out any more."""
    if check is None:
        return {"check": None, "result": _("未查询"), "tone": "wait"}
    until = selectors.holds_until(check)
    found = {
        "check": check,
        "until": until,
        "proof": shown(check.evidence, check.evidence.name),
        "result": check.get_result_display(),
        "tone": "refused" if check.result == IntegrityResult.LISTED else "done",
    }
    if today and today > until:
        found |= {"result": _("已过有效期"), "tone": "overdue"}
    return found


def _finding_words(application: Application, *, confirmed: bool) -> str:
    """The finding of the formal review; what is confirmed is no proposal any more."""
    words = application.get_formal_finding_display()
    return words.removeprefix("拟") if confirmed else words


def _visit(application: Application, inside: bool) -> dict:
    """The record of the visit, for the offices; who took part is not the unit's to read."""
    visit = None if inside else getattr(application, "visit", None)
    people = [_person(person) for person in visit.participants] if visit else []
    brought = Attachment.objects.about(application).current().filter(kind__in=VISIT_KINDS) if visit else ()
    files = shown_all(brought.select_related("uploaded_by"), dict(VisitFile.choices)) if visit else []
    for file in files:  # pictures stand below the list, large enough to be looked at
        file["picture"] = file["preview"] == PICTURE
        file["preview"] = "" if file["picture"] else file["preview"]
    signed = any(file["kind"] == VisitFile.SHEET for file in files)
    return {"visit": visit, "visit_people": people, "visit_files": files, "visit_signed": signed}


def _person(person: dict) -> str:
    role = dict(VisitPart.choices).get(person["role"], "")
    return "，".join(str(part) for part in (person["name"], role, person.get("employer", "")) if part)


def _checks(application: Application) -> list[dict]:
    """The checklist of the last round in the order of the edition."""
    rows = {check.item: check for check in application.formal_checks.filter(round=application.formal_round)}
    items = application.call.edition.terms["checklist"]
    return [
        {
            "label": item["label"],
            "clause": item.get("clause", ""),
            "result": rows[item["code"]].get_result_display(),
            "tone": TONES[rows[item["code"]].result],
            "note": rows[item["code"]].note,
        }
        for item in items
        if item["code"] in rows
    ]


def papers_for(application: Application, reader) -> list[dict]:
    """The papers in force about it that this reader may open."""
    rows = selectors.papers_of(application).filter(APPLICATION_DESK.papers(reader))
    return [paper_line(paper) for paper in rows]


def paper_line(paper: Document) -> dict:
    return {
        "name": paper.title,
        "url": reverse("records:document", args=[paper.pk]),
        "size": paper.size,
        "at": paper.issued_at,
        "note": paper.number,
    }
