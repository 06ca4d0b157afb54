"""The first two administrators of an empty house; everybody after them is granted by these two."""

import os
from getpass import getpass

from django.contrib.auth.password_validation import validate_password
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.services import found_administration
from records.errors import Refusal

ROLES = ("sysadmin", "secadmin")


class Command(BaseCommand):
    help = (
        "Create the system administrator and the security administrator. Passwords are read from "
        "SYSADMIN_PASSWORD and SECADMIN_PASSWORD, or asked for."
    )

    def add_arguments(self, parser):
        parser.add_argument("--bureau", required=True, help="name of the bureau's organisation")
        for role in ROLES:
            parser.add_argument(f"--{role}", required=True, metavar="USERNAME")
            parser.add_argument(f"--{role}-name", required=True, metavar="NAME")
            parser.add_argument(f"--{role}-email", required=True, metavar="EMAIL")

    def handle(self, *args, **options):
        people = {role: self._person(role, options) for role in ROLES}
        try:
            found_administration(bureau=options["bureau"], **people)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write("Both administrators can sign in; each was approved by the other.")

    def _person(self, role: str, options: dict) -> dict[str, str]:
        person = {
            "username": options[role],
            "name": options[f"{role}_name"],
            "email": options[f"{role}_email"],
        }
        password = os.environ.get(f"{role.upper()}_PASSWORD") or getpass(f"{role}: ")
        validate_password(password, User(**person))
        return {**person, "password": password}
