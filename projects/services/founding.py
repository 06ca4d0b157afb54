"""From an approved proposal to the project: what it may spend, how long it runs, what it has to reach by when."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from institutes.book.kinds import YES
from projects import book, policy, selectors
from projects.lifecycle.project import PROJECT
from projects.models import Project, ProjectStage, Proposal
from projects.notifications.projects import tell_of_project
from projects.services.contract_text import draw_up_contract
from records.errors import Conflict


def found_project(*, proposal: Proposal, by: User, at: datetime) -> Project:
    """Make the project of a proposal that was just approved: its term begins that day, its contract is drawn up."""
    day = timezone.localdate(at)
    topic, months = proposal.topic, proposal.months
    if topic is None or months is None:
        raise Conflict("申报没有指南方向或实施期限，不能立项。")
    edition = proposal.call.edition
    project = Project.objects.create(
        proposal=proposal,
        number=proposal.project_number or "",
        year=day.year,
        title=proposal.title,
        institute_id=proposal.institute_id,
        host_id=proposal.host_id,
        division_id=proposal.division_id,
        chain_id=topic.chain_id,
        leader_name=proposal.leader_name,
        leader_mark=proposal.leader_mark,
        grant=proposal.grant,
        own=proposal.own,
        months=months,
        starts_on=day,
        ends_on=policy.last_day(day, months),
        founded_at=at,
        founded_by=by,
        sign_by=day + timedelta(days=int(edition.terms["contract"]["sign_days"])),
    )
    version = selectors.latest_version(proposal)
    ProjectStage.objects.bulk_create(
        ProjectStage(
            project=project,
            title=row["name"],
            due_on=policy.last_day(day, row["month"]),
            is_midterm=row.get("midterm") == YES,
        )
        for row in (book.stages_of(version.answers) if version else ())
    )
    draw_up_contract(project, version.answers if version else {})
    event = PROJECT.begin(project, by=by, at=at, number=project.number)
    tell_of_project(project, event)
    return project
