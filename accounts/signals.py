"""What begins with signing in: the edition in force is asked once, and its answer stands for that visit."""

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from accounts.models import AccountEdition, User
from accounts.services import expire_passwords


@receiver(user_logged_in)
def begin_visit(sender, request, user: User, **_signal) -> None:
    """An old password is to be changed first.

    Where no policy is loaded nobody gets this far by the login page: it counts failures by the edition.
    """
    if AccountEdition.is_loaded() and expire_passwords(user=user):
        user.must_change_password = True
