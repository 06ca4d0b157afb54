"""Who hears of the stages of a running project: the clerk that one was reported, the unit what was found."""

from accounts.roles import Role
from accounts.selectors import people_in
from institutes.selectors import move_of
from notices.services import tell
from projects.models import Project, ProjectStage
from projects.notifications.projects import sentence
from records.models import AuditEvent


def tell_of_stage(project: Project, stage: ProjectStage, event: AuditEvent) -> None:
    """The bureau's clerks and the county hear of a report, the unit of what became of it."""
    action, about = move_of(event), f"“{project}”的阶段目标“{stage.title}”"
    if action == "report_stage":
        people = people_in(Role.BUREAU_CLERK) | people_in(Role.COUNTY_STAFF, division_id=project.division_id)
        title, body = f"阶段目标已报告：{project}", f"{project.host}报告了{about}，请市科技局确认。"
    else:
        reach = {"host_id": project.host_id}
        people = people_in(Role.ENT_FILLER, **reach) | people_in(Role.ENT_ADMIN, **reach)
        if action == "confirm_stage":
            title, body = f"阶段目标已确认：{project}", f"{about}已由市科技局确认，不需办理。"
        else:
            title = f"阶段报告被退回：{project}"
            body = f"{about}的报告被退回。理由：{sentence(event.reason)}请补充后重新报告。"
    told = [one for one in people if one.pk != event.actor_id]
    tell(recipients=told, event=event.verb, subject=project, title=title, body=body, occasion=str(event.pk))
