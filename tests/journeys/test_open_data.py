"""A stranger's walk: downloads what is published, keeps a head of the register, and finds out when history changes."""

import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from notices.services import keep_register_head
from records import audit, clock
from tests.factories.accounts import person
from tests.factories.notices import publish_rules

pytestmark = pytest.mark.django_db
FIRST = date(2026, 11, 23)
OWNER = "SET LOCAL session_replication_role = {}"
REWRITING = """
UPDATE records_auditevent SET reason = '后来改的' WHERE position = {at};
UPDATE records_auditevent e SET hash = records_line_hash(e.previous_hash, e) WHERE position = {at};
"""


class Stranger:
    """Somebody with a browser, a folder and Python."""

    def __init__(self, folder: Path) -> None:
        self.browser, self.folder = Client(), folder

    def downloads(self, path: str, *, called: str) -> Path:
        answer = self.browser.get(f"/open-data/{path}")
        assert answer.status_code == 200
        content = b"".join(answer) if answer.streaming else answer.content
        target = self.folder / called
        target.write_bytes(content)
        return target

    def checks(self, *files: Path) -> tuple[int, str]:
        program = self.downloads("verify_register.py", called="verify_register.py")
        command = [sys.executable, "-I", "-X", "utf8", str(program), *map(str, files)]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
        assert done.stderr == ""
        return done.returncode, done.stdout


def works_on(day: date, *, lines: int) -> None:
    """A day of the office, and the night after it."""
    clerk = person(Role.BUREAU_CLERK)
    with clock.at(timezone.make_aware(datetime.combine(day, datetime.min.time())) + timedelta(hours=10)):
        for n in range(lines):
            audit.record("sample.done", clerk, by=clerk, reason=f"第 {n} 件")
    audit.chain_now()
    with clock.at(timezone.make_aware(datetime.combine(day + timedelta(days=1), datetime.min.time()))):
        assert keep_register_head().day == day


def rewrite(at: int) -> None:
    """Who owns the table edits a line and chains all after it again, so that the chain itself holds."""
    with connection.cursor() as cursor:
        cursor.execute(OWNER.format("replica"))
        cursor.execute(REWRITING.format(at=at))
        cursor.execute("SELECT max(position) FROM records_auditevent")
        for position in range(at + 1, cursor.fetchone()[0] + 1):
            cursor.execute(
                "UPDATE records_auditevent e SET previous_hash = b.hash, hash = records_line_hash(b.hash, e) "
                "FROM records_auditevent b WHERE b.position = e.position - 1 AND e.position = %s",
                [position],
            )
        cursor.execute(OWNER.format("origin"))


def test_a_stranger_keeps_a_head_and_finds_out_that_history_was_rewritten(tmp_path):
    publish_rules()
    auditor, stranger = person(Role.AUDITOR, email="auditor@portal.example"), Stranger(tmp_path)
    works_on(FIRST, lines=5)
    kept = stranger.downloads("register-heads.json", called="kept.json")
    works_on(FIRST + timedelta(days=1), lines=3)

    heads = stranger.downloads("register-heads.csv", called="heads.csv")
    lines = stranger.downloads("register-lines.csv", called="lines.csv")
    code, words = stranger.checks(kept, heads, lines)
    assert (code, words.count("不符 ")) == (0, 0), words
    assert "第 1 件" not in lines.read_text()

    rewrite(at=audit.head()[0] - 5)
    assert audit.verify_chain() == []
    code, words = stranger.checks(kept, heads, stranger.downloads("register-lines.csv", called="later.csv"))
    assert code == 1
    assert "2026-11-23 及以前有登记被改动" in words
    assert auditor.notices.earliest("pk").title.startswith("登记簿日链头：2026年11月23日")
