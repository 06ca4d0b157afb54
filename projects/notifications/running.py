"""Who hears of the stages of a running project: the clerk that one was reported, the unit what was found."""

from accounts.roles import Role
from accounts.selectors import people_in
from institutes.selectors import move_of
from notices.services import tell, tell_unit
from projects.models import Project, ProjectStage
from records.models import AuditEvent
from records.words import sentence


def tell_of_stage(project: Project, stage: ProjectStage, event: AuditEvent) -> None:
    """The bureau's clerks are asked to confirm what was reported and the county reads of it; the unit hears how it
    ended."""
    action, about = move_of(event), f"“{project}”的阶段目标“{stage.title}”"
    said = {"event": event.verb, "subject": project, "occasion": str(event.pk)}
    if action == "report_stage":
        title, body = f"阶段目标已报告：{project}", f"{project.host}报告了{about}，"
        clerks = people_in(Role.BUREAU_CLERK)
        county = people_in(Role.COUNTY_STAFF, division_id=project.division_id)
        tell(recipients=clerks, title=title, body=f"{body}请核对后确认或者退回。", **said)
        tell(recipients=county, title=title, body=f"{body}由市科技局确认，不需办理。", **said)
    elif action == "confirm_stage":
        title, body = f"阶段目标已确认：{project}", f"{about}已由市科技局确认，不需办理。"
        tell_unit(title=title, body=body, **said)
    else:
        title = f"阶段报告被退回：{project}"
        body = f"{about}的报告被退回。理由：{sentence(event.reason)}请补充后重新报告。"
        tell_unit(title=title, body=body, **said)
