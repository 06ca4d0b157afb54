"""Everything a database needs before the portal serves from it. Safe to repeat; run it before each start."""

from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.demo.accounts import ACCOUNTS


class Command(BaseCommand):
    help = "Migrates, makes the cache table, loads the policy and the days; with --demo seeds the demo year, once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="seed the demo if the database has none")

    def handle(self, *args, demo: bool, **options) -> None:
        call_command("migrate", interactive=False, verbosity=1 if options["verbosity"] > 1 else 0)
        call_command("createcachetable", verbosity=0)
        self.load_policy(demo=demo)
        call_command("load_day_overrides")
        if demo and not has_demo_accounts():
            self.seed()

    def load_policy(self, *, demo: bool) -> None:
        """Says the way out where the demo was lived by numbers that have changed since."""
        try:
            call_command("load_policy")
        except CommandError as fault:
            way_out = "\n演示数据由较早的版本生成，请重新开始：./run demo --fresh" if demo else ""
            raise CommandError(f"{fault}{way_out}") from fault

    def seed(self) -> None:
        """Leaves a mark while it runs: a year that was lived halfway is no demo, and the launcher begins anew."""
        mark = Path(settings.STATE_DIR) / "seeding"
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()
        self.stdout.write("Living one year of the demo …")
        call_command("seed_demo")
        mark.unlink()


def has_demo_accounts() -> bool:
    return get_user_model().objects.filter(username=ACCOUNTS[0].username).exists()
