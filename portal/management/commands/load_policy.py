"""``manage.py load_policy``: put every number of the policy file into the rooms that own them."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.policy.document import PolicyFileError, read_policy_file
from portal.policy.loader import Change, Effect, load_policy, preview_policy
from records.errors import Conflict


class Command(BaseCommand):
    help = "Load the policy file into edition rows. Safe to repeat; refuses to change an edition in use."

    def add_arguments(self, parser):
        parser.add_argument(
            "--file", type=Path, default=Path(settings.POLICY_FILE), help="the policy file (TOML)"
        )
        parser.add_argument(
            "--check", action="store_true", help="validate and say what would change; write nothing"
        )

    def handle(self, *, file: Path, check: bool, **options):
        try:
            policy = read_policy_file(file)
            changes = preview_policy(policy) if check else load_policy(policy)
        except (PolicyFileError, Conflict) as fault:
            raise CommandError(str(fault)) from fault
        self._report(changes, quiet=options["verbosity"] == 0)
        if any(change.effect is Effect.REFUSED for change in changes):
            raise CommandError("有版本已被引用且内容不同：请以新的施行日期另立版本。")

    def _report(self, changes: list[Change], *, quiet: bool) -> None:
        for change in () if quiet else changes:
            self.stdout.write(f"{change.effect.value}  {change.edition.name}  {change.edition.label}")
