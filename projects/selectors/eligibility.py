"""Whether a unit, its institute and a leader may have a project: guards that are asked again at every step."""

from datetime import date, timedelta

from django.db.models import QuerySet

from accounts.models import Organisation
from institutes.enums import IntegrityResult
from institutes.models import Institute, Recognition
from projects.models import Project, Proposal, ProposalCheck
from records.deadlines import day_in_words
from records.errors import Reason


def institutes_open_to(host: Organisation) -> QuerySet[Institute]:
    """The institutes of this host that stand: municipal ones recognised and not stopped (provincial ones are these)."""
    entitling = Recognition.objects.entitling().order_by().values("pk")
    return Institute.objects.filter(host=host, recognition__in=entitling).select_related("recognition")


def barriers(proposal: Proposal, *, on: date) -> list[Reason]:
    """What speaks against a project of this unit, this institute and this leader on that day."""
    return [*_of_institute(proposal), *_of_leader(proposal, on=on)]


def _of_institute(proposal: Proposal) -> list[Reason]:
    recognition = Recognition.objects.filter(institute_id=proposal.institute_id).first()
    if recognition is None:
        return [Reason("牵头单位没有经认定的产业技术研究院。", field="institute", clause="四(六)")]
    found = []
    if recognition.barrier:
        words = f"牵头单位的研究院{recognition.barrier}，不能申报联合攻关项目。"
        found.append(Reason(words, field="institute", clause="四(六)"))
    if recognition.host_id != proposal.host_id:
        words = "研究院的依托单位已经变更，须由现依托单位申报。"
        found.append(Reason(words, field="institute", clause="四(六)"))
    return found


def _of_leader(proposal: Proposal, *, on: date) -> list[Reason]:
    return [
        Reason(
            f"项目负责人{proposal.leader_name}负责的“{one}”（{one.number}）应于{day_in_words(one.ends_on)}结题，"
            "至今未结，不能再牵头新的项目。",
            field="leader",
        )
        for one in overdue_of_leader(proposal.leader_mark, on=on)
    ]


def overdue_of_leader(mark: str, *, on: date) -> QuerySet[Project]:
    """The projects of this person that are past their last day and not ended."""
    if not mark:
        return Project.objects.none()
    return Project.objects.overdue(on).filter(leader_mark=mark).order_by("ends_on", "pk")


# --- look-ups of the leading unit -----------------------------------------------------------------------------------


def lookups_of(proposal: Proposal) -> list[dict]:
    """Each list that the edition asks to look the unit up in, with the last result."""
    last: dict[str, ProposalCheck] = {}
    for check in proposal.checks.select_related("evidence", "recorded_by").order_by("pk"):
        last[check.item] = check
    return [
        {"item": item, "check": last.get(item["code"])} for item in proposal.call.edition.terms["lookups"]
    ]


def lookups_missing(proposal: Proposal, *, on: date) -> list[Reason]:
    """What is not looked up yet, was looked up too long ago, or speaks against the unit."""
    days = int(proposal.call.edition.terms["limits"]["integrity_valid_days"])
    url, found = f"{proposal.get_absolute_url()}lookups/", []
    for row in lookups_of(proposal):
        label, check = row["item"]["label"], row["check"]
        if check is None:
            found.append(Reason(f"请先查询牵头单位的“{label}”并登记结果。", url=url, link="去登记"))
        elif check.result == IntegrityResult.LISTED:
            found.append(Reason(f"牵头单位在“{label}”中有记录（{check.note}），不能推荐。", url=url))
        elif check.checked_on < on - timedelta(days=days):
            words = f"“{label}”的查询已超过 {days} 日有效期（系统默认，待确认），请重新查询。"
            found.append(Reason(words, url=url, link="去登记"))
    return found
