"""Check every invariant of the house. A finding is an alarm, never a repair: the exit code says whether all hold."""

from django.core.management.base import BaseCommand, CommandError

from records import audit, integrity


class Command(BaseCommand):
    help = "Check that register, states, files, numbers and money agree; prints the head of the register's chain."

    def handle(self, *args, **options):
        found = 0
        for invariant, findings in integrity.run():
            self.stdout.write(f"{'ok  ' if not findings else 'FAIL'} {invariant.code:4} {invariant.words}")
            for finding in findings:
                self.stdout.write(f"       {finding}")
            found += len(findings)
        position, digest = audit.head()
        self.stdout.write(f"register: {position} lines, head {digest}")
        if found:
            raise CommandError(f"{found} findings")
