"""Doorbells: what is due stands in the table of letters."""

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
