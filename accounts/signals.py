"""What begins with signing in: the edition in force is asked once, and its answer stands for that visit."""

from axes.helpers import get_client_ip_address
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from accounts.enums import VisitEnd
from accounts.models import AccountEdition, User
from accounts.selectors import owes_second_factor
from accounts.services import end_other_visits, expire_passwords
from accounts.sessions import SECOND_STEP_DUE, note_proof
from records import clock


@receiver(user_logged_in)
def begin_visit(sender, request, user: User, **_signal) -> None:
    """Settle how long it may last, end the older visit where only one is allowed, ask for a new password if due.

    Where no policy is loaded nobody gets this far by the login page: it counts failures by the edition.
    """
    if not AccountEdition.is_loaded():
        return
    rules = AccountEdition.login_rules()
    address, agent = get_client_ip_address(request), request.META.get("HTTP_USER_AGENT", "")
    request.session.begin(idle=rules.idle, longest=rules.longest, address=address, agent=agent)
    note_proof(request.session, at=clock.now(), lasts=AccountEdition.proof_age())
    if rules.one_at_a_time:
        end_other_visits(user=user, key=request.session.session_key, why=VisitEnd.ELSEWHERE, by=user)
    if owes_second_factor(user):
        request.session[SECOND_STEP_DUE] = True
    if expire_passwords(user=user):
        user.must_change_password = True
