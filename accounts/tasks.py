"""Doorbells: what is due stands in the tables of letters and people."""

from celery import shared_task


@shared_task(ignore_result=True)
def send_letter(letter_id: int) -> None:
    """Mail one letter, unless it went already."""
    from accounts.models import Letter
    from accounts.services import send_letter as send

    if letter := Letter.objects.select_related("recipient").filter(pk=letter_id).first():
        send(letter=letter)


@shared_task(ignore_result=True)
def send_waiting_letters() -> None:
    """The sweep: letters whose doorbell was lost."""
    from accounts.services import send_waiting_letters as send

    send()


@shared_task(ignore_result=True)
def expire_passwords() -> None:
    """Once a day: whoever never signs in (programs do not) is asked for a new password, too."""
    from accounts.services import expire_passwords as expire

    expire()


@shared_task(ignore_result=True)
def forget_old_visits() -> None:
    """Once a day: rows of visits that ended long ago."""
    from accounts.services import forget_old_visits as forget

    forget()
