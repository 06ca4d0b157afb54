"""What the page of an institute shows, for one reader. Reads only."""

from django.urls import reverse
from django.utils.translation import gettext as _

from institutes import selectors
from institutes.desk import APPLICATION_DESK
from institutes.enums import ChangeState, TenureKind
from institutes.models import Application, Change, Institute, Recognition
from institutes.permissions import may_draft_achievements, may_draft_changes, may_propose_ending
from institutes.permissions.provincial import may_draft_filings
from institutes.selectors import achievements as reads
from institutes.selectors import provincial
from institutes.selectors.above import cases_above
from institutes.selectors.earlier import earlier_visible_to
from institutes.views.casefile import event_of, paper_line, papers_for
from records.documents import paper_of


def of_institute(institute: Institute, *, reader) -> dict:
    """An institute with its recognition, everything that was issued, and the way it came by."""
    recognition = institute.recognition
    application = selectors.applications_visible_to(reader).filter(pk=recognition.application_id).first()
    papers = papers_for(application, reader) if application else _certificate(recognition)
    if recognition.batch and (notice := paper_of(recognition.batch, "recognition_notice")):
        papers.append(paper_line(notice))
    cases = _cases_of(institute, reader)
    return {
        "recognition": recognition,
        "application": application,
        "entry": earlier_visible_to(reader).filter(recognition=recognition).first(),
        "papers": papers,
        "former_names": selectors.former_names([institute]).get(institute.pk, []),
        "cases": cases,
        "cases_above": list(cases_above(institute, reader)),
        "may_change": may_draft_changes(reader, institute) and not recognition.is_over,
        "may_end": may_propose_ending(reader) and not recognition.is_over,
        "achievements": _achievements_of(institute, reader),
        "province": _province_of(institute, reader),
        "events": _way_of_institute(recognition, application, cases, reader),
    }


def _achievements_of(institute: Institute, reader) -> dict:
    """What it brought about, by task and by target of its book, with the way to the rows for who may read them."""
    return {
        "tasks": reads.counts_by_task(institute).items(),
        "targets": reads.counted_targets(institute),
        "projects": reads.projects_by_level(institute),
        "reads": reader.holds(*reads.ACHIEVEMENT_READERS),
        "may_enter": may_draft_achievements(reader, institute) and not institute.recognition.barrier,
    }


def _province_of(institute: Institute, reader) -> dict:
    """Its way to the province: the recognition, which is everybody's to know, and filings for who may read them."""
    filings = list(provincial.filings_visible_to(reader).filter(institute=institute))
    recognised = provincial.provincial_recognition_of(institute)
    open_to_file = not any(one.is_open for one in filings) and recognised is None
    may_file = open_to_file and not institute.recognition.barrier and may_draft_filings(reader, institute)
    return {"recognised": recognised, "filings": filings, "may_file": may_file}


def _certificate(recognition: Recognition) -> list[dict]:
    """The certificate in force, which is public, for who may not read the application."""
    paper = paper_of(recognition.basis, "certificate")
    return [paper_line(paper) | {"url": reverse("public-paper", args=[paper.code])}] if paper else []


def _cases_of(institute: Institute, reader) -> list:
    """Changes, stops and revocations of it that this reader may see, the latest first."""
    visible = (
        selectors.changes_visible_to,
        selectors.suspensions_visible_to,
        selectors.revocations_visible_to,
    )
    return [case for rows in visible for case in rows(reader).filter(institute=institute)]


def tenures_by_kind(institute: Institute, *, but: tuple[TenureKind, ...] = ()) -> list[tuple[str, list]]:
    """Its history, kind by kind, the latest first."""
    rows = list(selectors.tenures_of(institute))
    return [
        (kind.label, found)
        for kind in TenureKind
        if kind not in but and (found := [row for row in reversed(rows) if row.kind == kind])
    ]


def _way_of_institute(
    recognition: Recognition, application: Application | None, cases: list, reader
) -> list[dict]:
    """What happened to an institute: its application, its joint notice, what changed, and its end if it has one."""
    found = [event_of(line) for line in APPLICATION_DESK.lines(reader, application)] if application else []
    if batch := recognition.batch:
        found.append({"what": _("列入认定通知"), "who": batch.number, "at": batch.ordered_at})
    found += [
        {"what": f"{case.get_kind_display()}：{case.value or case.former}", "at": case.decided_at}
        for case in cases
        if isinstance(case, Change) and case.state == ChangeState.APPROVED
    ]
    if filing := provincial.provincial_recognition_of(recognition.institute):
        found.append({"what": _("省级认定"), "who": filing.document_number, "at": filing.settled_at})
    if recognition.suspended_at:
        found.append({"what": _("暂停资格"), "at": recognition.suspended_at})
    if recognition.revoked_at:
        ending = {
            "what": _("撤销认定"),
            "at": recognition.revoked_at,
            "reason": recognition.revocation_reason,
        }
        found.append(ending)
    return sorted(found, key=lambda event: event["at"])
