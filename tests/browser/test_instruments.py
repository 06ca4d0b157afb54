"""The instruments of the walk see what they are there to see: a page that is wrong in every way."""

import pytest

from tests.browser.people import Findings, Visitor

pytestmark = pytest.mark.browser
WRONG = """<!doctype html><html><head><title></title></head><body>
<img src="data:,"><input name="nameless"><div style="width: 5000px">wide</div>
<script>console.error("said aloud"); throw new Error("thrown")</script></body></html>"""


@pytest.mark.django_db(transaction=True)
def test_the_instruments_are_not_blind(chromium, live_server):
    findings = Findings()
    visitor = Visitor(chromium, live_server.url, findings)
    visitor.page.set_content(WRONG)
    visitor.examine()

    assert {error.rpartition(": ")[2] for error in findings.errors} >= {"said aloud", "thrown"}
    assert any("label" in violation for violation in findings.violations)
    assert len(findings.overflows) == 1
