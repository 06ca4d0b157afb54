"""A county issues the list of all that it recommends in a call; the paper is made after the commit."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Division, User
from institutes import notifications, selectors
from institutes.documents import summary as documents
from institutes.models import Call, RecommendationList
from institutes.services.papers import issue_after_commit, papers_of_call
from records import audit, clock
from records import documents as paper_office
from records.documents import Paper
from records.errors import Incomplete
from records.lifecycle import lock
from records.models import AuditEvent, Document

KIND = "recommendation_list"
SUBJECT = RecommendationList._meta.label_lower


@transaction.atomic
def issue_recommendation_list(
    *, call: Call, division: Division, by: User, at: datetime | None = None
) -> RecommendationList:
    """Issue what ``division`` recommends in ``call``, in its order, under a number of its own.

    A list that says the same as the last one is that one. Raises ``Incomplete`` with everything that is missing.
    """
    at = at or clock.now()
    lock(call)
    rows = selectors.listed_in_order(call, division).select_for_update(of=("self",), no_key=True)
    applications = list(rows)
    Incomplete.unless_empty(selectors.missing_in_summary(call, division, applications))
    last, said = selectors.last_summary(call, division), selectors.as_listed(applications)
    if last and last.rows == said:
        return last
    (paper,) = papers_of_call(call, KIND, year=timezone.localdate(at).year, many=1)
    summary = RecommendationList.objects.create(
        call=call,
        division=division,
        version=last.version + 1 if last else 1,
        number=paper["number"],
        rows=said,
        size=len(said),
        issued_at=at,
        issued_by=by,
    )
    event = audit.record(f"{SUBJECT}.issue", summary, by=by, at=at, paper=paper, version=summary.version)
    notifications.tell_of_summary(summary, event)
    issue_after_commit(event)
    return summary


def issue_paper(*, event: AuditEvent) -> Document:
    """Make the paper of the list that ``event`` tells of; the former version's is made first, and replaced."""
    summary = RecommendationList.objects.select_related("call", "division").get(pk=event.subject_id)
    return _issue(summary, event.actor)


def _issue(summary: RecommendationList, by: User) -> Document:
    former = selectors.former_summary(summary)
    return paper_office.issue(
        Paper(
            kind=KIND,
            subject=summary,
            title=f"{documents.TITLE}：{summary.division}（{summary.call.number}）",
            template=documents.TEMPLATE,
            context=documents.recommendation_list(summary),
            number=summary.number,
            by=by,
            at=summary.issued_at,
            replaces=_issue(former, former.issued_by) if former else None,
        )
    )
