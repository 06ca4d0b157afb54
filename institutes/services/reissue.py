"""A certificate whose words are no longer true is replaced: the same number of recognition, a later edition."""

from datetime import datetime

from accounts.models import User
from institutes.models import Change, Recognition
from institutes.selectors import editions_of_certificate, has_certificate_to_come
from institutes.services.standing_papers import issue_after_commit
from records import audit
from records.errors import Reason
from records.models import AuditEvent


def faults_of_reissue(recognition: Recognition) -> list[Reason]:
    """A certificate that waits for a joint notice has to come first: nothing can replace what is not there."""
    if recognition.is_over or not has_certificate_to_come(recognition):
        return []
    return [Reason("认定证书尚未随认定通知出具，请先下达认定通知，再批准变更。")]


def reissue_certificate(recognition: Recognition, change: Change, *, by: User, at: datetime) -> AuditEvent:
    """Promise the next edition of the certificate, with what it will say: as things stand with this change."""
    institute, edition = recognition.institute, editions_of_certificate(recognition) + 1
    number = f"{recognition.certificate_number} 换发{edition - 1}"
    event = audit.record(
        "institutes.recognition.reissue",
        recognition,
        by=by,
        at=at,
        paper={"kind": "certificate", "number": number},
        change=change.pk,
        because=str(change.get_kind_display()),
        edition=edition,
        institute=institute.name,
        host=institute.host.name,
        division=institute.division.name,
        chain=institute.chain.name,
        co_builders=institute.co_builders,
    )
    issue_after_commit(event)
    return event
