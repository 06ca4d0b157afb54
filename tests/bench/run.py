"""One run: the city grows stage by stage; queries are counted at each, time is taken at the second and the last."""

from collections.abc import Callable
from contextlib import nullcontext
from time import monotonic

from django.db import connection
from django.test import override_settings

from portal import tallies
from tests.bench import gates
from tests.bench.cases import Pages, queries_of
from tests.bench.rows import City, Size, without_look_ups
from tests.bench.timing import BASELINE, Timing, measure

STAGES = (10, 1_000, 100_000)
KEPT = 3600
"""Seconds; so that a dashboard is kept for the whole run, as it is between two changes. Others are drawn anew."""
CONTROLS = 15
"""Rounds of the control, a second each: by itself, since the pages after it would pay for what it drove from memory."""
Say = Callable[[str], None]


def run(institutes: int, applications: int, *, rounds: int, say: Say, quick: bool = True) -> int:
    """Measure, say it as a table of Markdown, and return how many promises were not kept.

    ``quick`` fills the tables without looking up what rows point to, which asks for a superuser of the database.
    """
    city, whole = City(), Size(institutes, applications)
    sizes = [*(stage for stage in STAGES if stage < applications), applications]
    timed = {sizes[min(1, len(sizes) - 1)], sizes[-1]}
    queries, timings, controls = {}, {}, {}
    with override_settings(ROOT_URLCONF="tests.bench.urls", BOARDS_KEPT=KEPT):
        people = Pages()
        for size in sizes:
            began = monotonic()
            with without_look_ups() if quick else nullcontext():
                city.grow(whole.upto(size))
            tallies.fold()
            swept()
            say(f"… {size} applications after {monotonic() - began:.0f} s")
            cases = people.cases()
            queries[size] = queries_of(cases)
            if size in timed:
                beside = {name: cases[name] for name in (BASELINE, gates.CONTROL.case)}
                pages = {name: case for name, case in cases.items() if name != gates.CONTROL.case}
                timings[size] = measure(pages, rounds=rounds, queries=queries[size])
                controls[size] = measure(beside, rounds=min(rounds, CONTROLS), queries=queries[size])
    return report(queries, timings, controls, say=say)


def swept() -> None:
    """Do what a database does by itself overnight: note which pages of its tables everybody sees alike."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def report(
    queries: dict[int, dict[str, int]], timings: gates.Stages, controls: gates.Stages, *, say: Say
) -> int:
    for size, measured in timings.items():
        say(f"\n{size} applications\n")
        say("| Page | ms | ms of work | to the baseline | queries |\n|---|---|---|---|---|")
        control = controls[size]
        for timing in measured.values():
            say(_line(timing, measured[BASELINE]))
        say(_line(control[gates.CONTROL.case], control[BASELINE]))
    say("\n| Promise | at most | found | |\n|---|---|---|---|")
    verdicts = gates.verdicts(timings, controls)
    for one in verdicts:
        say(f"| {one.words} | {one.most} | {one.found:.2f} | {'kept' if one.kept else '**broken**'} |")
    faults = gates.faults_of_queries(queries)
    differences = tallies.differences()
    for words in faults:
        say(f"\n**broken** {words}")
    say(f"\nTallies that are not what is there: {len(differences)}")
    return sum(not one.kept for one in verdicts) + len(faults) + len(differences)


def _line(timing: Timing, baseline: Timing) -> str:
    return (
        f"| {timing.name} | {timing.wall:.1f} | {timing.worked:.1f}"
        f" | {timing.ratio_to(baseline):.2f} | {timing.queries} |"
    )
