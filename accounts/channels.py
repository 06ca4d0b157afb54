"""The way out for this room's letters: e-mail."""

from django.core.mail import EmailMultiAlternatives

from accounts.notifications import Message


def send(message: Message) -> None:
    """Hand one message to the mail server. Raises what the server's client raises."""
    mail = EmailMultiAlternatives(message.subject, message.text, to=[message.to])
    mail.attach_alternative(message.html, "text/html")
    mail.send()
