"""``manage.py replay_draw ID``: draw again from the record, and say the same names, or what does not hold."""

from django.core.management.base import BaseCommand, CommandError

from evaluation import policy, selectors
from evaluation.models import Draw, Expert


class Command(BaseCommand):
    help = "Draws again from the record of a draw, and prints the names it comes to."

    def add_arguments(self, parser):
        parser.add_argument("draw", type=int, help="the draw's key")

    def handle(self, *args, draw: int, **options):
        record = Draw.objects.select_related("panel").filter(pk=draw, drawn_at__isnull=False).first()
        if record is None:
            raise CommandError(f"There is no draw {draw} that was drawn.")
        if faults := selectors.faults_of_draw(record):
            raise CommandError("; ".join(faults))
        beacon = selectors.beacon_in(record.result["register"])
        seed = policy.seed_of(commitment=record.commitment, nonce=record.nonce, beacon=beacon)
        again = policy.draw(record.pledge, seed=seed)
        experts = Expert.objects.select_related("user").in_bulk(record.tickets)
        self.stdout.write(f"{record}：{record.commitment}")
        for seat, ball in again.seats:
            self.stdout.write(f"{seat}\t{ball}\t{experts[record.expert_of(ball)].user.name}")
