"""A person's days as calendar programs read them (RFC 5545). Plain values in, bytes out."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from portal.selectors.agenda import Entry

ONE_DAY = timedelta(days=1)
CONTENT_TYPE = "text/calendar; charset=utf-8"


def feed(entries: Iterable[Entry], *, name: str, site: str, now: datetime) -> bytes:
    """Whole-day events, each known by the same name at every reading, with the way to its case."""
    calendar = Calendar()
    calendar.add("prodid", "-//Portal//Deadlines//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-published-ttl", "PT2H")
    host = site.split("//", 1)[-1].split("/", 1)[0]
    for entry in entries:
        event = Event()
        event.add("uid", f"{entry.key}@{host}")
        event.add("dtstamp", now)
        event.add("dtstart", entry.day)
        event.add("dtend", entry.day + ONE_DAY)
        event.add("summary", f"{entry.title}：{entry.subject}")
        if entry.holder:
            event.add("description", f"{entry.holder}办理")
        if entry.url:
            event.add("url", site + entry.url)
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return calendar.to_ical()
