"""Reads of final acceptances: who sees which, what is compared, what is lacking, what other rooms ask."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from accounts.models import Organisation, User
from accounts.reach import reach_of
from accounts.roles import Role
from projects.enums.final import OPEN_FINALS, WITH_THE_UNIT, FinalFile, FinalState
from projects.models import Project, ProjectFinal
from projects.policy.final import Verdict, outcomes_open, verdict
from projects.selectors.running import execution_of
from projects.selectors.sides import BUREAU, COUNTY, UNIT, agencies_for_finals, agencies_of
from records.deadlines import with_due
from records.errors import Reason
from records.models import Attachment, Document

FINAL_TYPE = "projects.projectfinal"
READERS_OF_FINALS = (*UNIT, *COUNTY, *BUREAU, Role.AGENCY, Role.FINANCE, Role.AUDITOR)
"""Whose business final acceptances are at all."""
_RELATED = (
    "project__proposal__call__edition",
    "project__institute__recognition",
    "project__chain",
    "host",
    "division",
    "agency",
    "former",
)


def finals_visible_to(user: User) -> QuerySet[ProjectFinal]:
    """All for the city and the auditor; a unit's and a county's own; an agency's what it was entrusted with."""
    rows = with_due(ProjectFinal.objects.select_related(*_RELATED), "provisional")
    if not user.is_authenticated:
        return rows.none()
    if user.is_system or user.holds(*BUREAU, Role.FINANCE, Role.AUDITOR):
        return rows
    reach = reach_of(user.memberships_active, *UNIT, *COUNTY)
    mine = Q(host_id__in=sorted(reach.organisations)) | Q(division_id__in=sorted(reach.divisions))
    return rows.filter(mine | Q(agency_id__in=agencies_of(user)))


def search_finals(rows: QuerySet[ProjectFinal], text: str) -> QuerySet[ProjectFinal]:
    """Those whose project, numbers or unit contain ``text``."""
    named = Q(project__title__icontains=text) | Q(host__name__icontains=text)
    return rows.filter(named | Q(project__number__icontains=text) | Q(number__icontains=text))


# --- what is compared -------------------------------------------------------------------------------------------------


def compared_targets(final: ProjectFinal) -> list[dict[str, Any]]:
    """Every target of the contract beside what the unit says was reached, as a record that can be frozen."""
    found = []
    for one in final.project.targets.order_by("order"):
        said = final.reached.get(str(one.order), {})
        found.append(
            {
                "order": one.order,
                "name": one.name,
                "kind": one.kind,
                "planned": f"{one.value} {one.unit}".strip(),
                "proof": one.proof,
                "reached": said.get("reached", ""),
                "met": bool(said.get("met")),
                "said": said.get("said", ""),
            }
        )
    return found


def budget_as_spent(project: Project) -> list[dict[str, str]]:
    """The budget line by line beside what was spent, as a record that can be frozen."""
    return [
        {
            "code": row.code,
            "label": row.label,
            "grant": str(row.grant),
            "grant_spent": str(row.grant_spent),
            "grant_left": str(row.grant_left),
            "own": str(row.own),
            "own_spent": str(row.own_spent),
        }
        for row in execution_of(project)
    ]


def targets_as_judged(final: ProjectFinal) -> list[dict[str, Any]]:
    """What experts, bureau and papers go by: as frozen when it was handed in, before that as it stands."""
    frozen = final.comparison and final.state not in (FinalState.PREPARING, FinalState.UNIT_REVIEW)
    return final.comparison if frozen else compared_targets(final)


def money_as_judged(final: ProjectFinal) -> list[dict[str, str]]:
    frozen = final.budget and final.state not in (FinalState.PREPARING, FinalState.UNIT_REVIEW)
    return final.budget if frozen else budget_as_spent(final.project)


def final_verdict(final: ProjectFinal, targets: Iterable[Mapping[str, Any]] | None = None) -> Verdict:
    """The rule of the edition, applied to these targets."""
    rows = targets_as_judged(final) if targets is None else targets
    return verdict([one["met"] for one in rows], final.least_share)


def final_outcomes(final: ProjectFinal) -> list[str]:
    """What may be proposed of it, the one that follows from the figures first."""
    return outcomes_open(
        final_verdict(final),
        panel_passed=bool(final.panel_passed),
        attempt=final.attempt,
        mend_max=int(final.edition.terms["final"]["attempts_mend_max"]),
    )


# --- what belongs to one ----------------------------------------------------------------------------------------------


def final_files(final: ProjectFinal) -> QuerySet[Attachment]:
    """What the unit brought, kind by kind."""
    rows = Attachment.objects.about(final).current().filter(kind__in=FinalFile.values)
    return rows.order_by("kind", "pk")


def final_missing(final: ProjectFinal) -> list[Reason]:
    """What the unit still has to write, to reach or to bring, each with the page on which it does."""
    url, found = f"{final.get_absolute_url()}edit/", list[Reason]()
    for part in final.edition.terms["final_parts"]:
        if not final.texts.get(part["code"], "").strip():
            found.append(
                Reason(f"“{part['label']}”还没有填写。", field=f"text_{part['code']}", url=url, link="去填写")
            )
    for one in compared_targets(final):
        if not one["reached"]:
            words = f"考核指标“{one['name']}”还没有填写完成值。"
            found.append(Reason(words, field="reached", url=url, link="去填写"))
    held, files = set(final_files(final).values_list("kind", flat=True)), f"{final.get_absolute_url()}files/"
    found += [
        Reason(f"请上传{kind.label}。", field=f"file_{kind.value}", url=files, link="去上传")
        for kind in FinalFile
        if kind not in held
    ]
    project = final.project
    found += [
        Reason(
            f"阶段目标“{stage.title}”还没有报告。", url=f"{project.get_absolute_url()}#targets", link="去报告"
        )
        for stage in project.stages.filter(reported_at__isnull=True)
    ]
    found += [
        Reason(
            f"{change.get_kind_display()}还没有办结，请先办结或者撤回。",
            url=change.get_absolute_url(),
            link="去办理",
        )
        for change in project.changes.open()
    ]
    return found


def final_papers(final: ProjectFinal) -> QuerySet[Document]:
    return Document.objects.about(final).in_force().order_by("pk")


def may_be_entrusted(agency: Organisation, on: date) -> bool:
    """Whether this agency is engaged to review final acceptances on that day."""
    return agencies_for_finals(on).filter(pk=agency.pk).exists()


def final_under_way(project: Project, *, applied: bool) -> ProjectFinal | None:
    """The final acceptance in the way of a change of the project, or, where ``applied``, of its early end.

    A change is late once the unit has begun to hand in, or has been given time to mend; an end only once it
    has applied: the conclusion is the offices' from then on.
    """
    early = Q(state__in=WITH_THE_UNIT) if applied else Q(state=FinalState.PREPARING, attempt=1)
    return project.finals.filter(state__in=OPEN_FINALS).exclude(early).order_by("-pk").first()


# --- for the rooms that ask -------------------------------------------------------------------------------------------


def accepted_projects() -> QuerySet[Project]:
    """Projects that passed their final acceptance, with the day: their last instalment is due (四(六))."""
    rows = Project.objects.accepted().select_related(
        "proposal__call__edition", "institute", "host", "division"
    )
    return rows.annotate(accepted_at=F("ended_at")).order_by("ended_at", "pk")


def ended_early() -> QuerySet[Project]:
    """Projects that came to an end without being accepted: what is left of the grant is to be returned."""
    rows = Project.objects.ended_early().select_related(
        "proposal__call__edition", "institute", "host", "division"
    )
    return rows.order_by("ended_at", "pk")
