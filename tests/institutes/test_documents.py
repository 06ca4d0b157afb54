"""What each paper says, as data; and that each becomes a PDF with its number and without a missing glyph."""

import re
import subprocess
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from institutes import documents, services
from institutes.enums import ApplicationState as S
from institutes.lifecycle import APPLICATION
from institutes.models import FormalCheck
from records import audit, clock
from tests.factories.accounts import UserFactory
from tests.factories.institutes import (
    ApplicationFactory,
    ApplicationVersionFactory,
    IndustryChainFactory,
)

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
BOOK = {
    "basics": {"build_from": "2026-12-01", "build_to": "2028-11-30"},
    "partners": {"partners": [{"key": "0", "name": "示例大学"}]},
}
# action, the state it ends in, the kind of paper, and words that must stand on it
PAPERS = [
    ("sign_recommendation", S.FORMAL_REVIEW, "recommendation", ["推荐", "示例推荐意见", "示例支持说明"]),
    (
        "confirm_supplement",
        S.SUPPLEMENT_REQUESTED,
        "supplement_notice",
        ["补正通知书", "缺签署日期", "2026年11月30日"],
    ),
    ("refuse_recommendation", S.CLOSED_NOT_RECOMMENDED, "result_notice", ["不予推荐", "示例理由"]),
    ("confirm_fail", S.CLOSED_FORMAL, "result_notice", ["未通过形式审查", "缺签署日期"]),
    ("lapse_supplement", S.CLOSED_FORMAL, "result_notice", ["视为放弃"]),
    ("fail_review", S.CLOSED_REVIEW, "result_notice", ["82.50 分"]),
    ("reject", S.CLOSED_DECISION, "result_notice", ["示例局务会纪要〔2026〕1 号"]),
    ("uphold_objection", S.CLOSED_OBJECTION, "result_notice", ["异议成立"]),
    ("dismiss_objection", S.PUBLICITY, "objection_outcome_1", ["异议处理结果告知书", "恢复公示"]),
    ("recognise", S.RECOGNISED, "certificate", ["认定证书", "有效性以公示名单为准", "示例大学"]),
]
MOST_PAGES = {
    "recommendation": 2,
    "supplement_notice": 1,
    "result_notice": 1,
    "objection_outcome_1": 1,
    "certificate": 1,
}
IDS = [action for action, *_rest in PAPERS]


def promised(action, state, kind):
    """An application in ``state`` and the line of the register that promises its paper."""
    with clock.at(MONDAY):
        application = ApplicationFactory(state=state, chain=IndustryChainFactory())
        ApplicationVersionFactory(application=application, answers=BOOK)
        FormalCheck.objects.create(
            application=application, round=1, item="agreements_valid", result="unmet", note="缺签署日期"
        )
        event = audit.record(
            f"institutes.application.{action}",
            application,
            by=UserFactory(),
            to_state=state,
            paper={"kind": kind, "number": "示例-2026-0001"},
        )
    application.refresh_from_db()
    return application, event


@pytest.mark.parametrize(("action", "state", "kind", "words"), PAPERS, ids=IDS)
def test_context_of_paper(action, state, kind, words):
    application, event = promised(action, state, kind)

    context = documents.spec_of(kind).context(application, event)

    assert context["number"] == "示例-2026-0001"
    assert context["issued_on"] == "2026年11月23日"
    assert (context["institute"], context["host"]) == (application.institute_name, application.host.name)


def test_every_move_that_closes_has_its_sentence():
    closing = {name for name, move in APPLICATION.moves.items() if move.target.startswith("closed_")}

    assert set(documents.RESULTS) == closing


def test_a_result_by_the_county_bears_the_countys_name():
    application, event = promised("refuse_recommendation", S.CLOSED_NOT_RECOMMENDED, "result_notice")

    context = documents.result_notice(application, event)

    assert context["issuer"] == f"{application.division.name}科技管理部门"
    assert context["reasons"] == ["示例理由。"]
    assert f"向{application.division.name}科技管理部门反映" in context["advice"]
    assert "重新申报" in context["advice"]


def test_supplement_notice_says_everything_at_once():
    application, event = promised("confirm_supplement", S.SUPPLEMENT_REQUESTED, "supplement_notice")

    context = documents.supplement_notice(application, event)

    assert context["defects"] == [{"item": "共建协议有效并已签署", "note": "缺签署日期"}]
    assert (context["working_days"], context["due_on"]) == (5, "2026年11月30日")


def test_certificate_names_no_end():
    application, event = promised("recognise", S.RECOGNISED, "certificate")

    context = documents.certificate(application, event)

    assert context["validity"] == "有效性以公示名单为准"
    assert (context["build_from"], context["build_to"]) == ("2026年12月1日", "2028年11月30日")
    assert context["co_builders"] == ["示例大学"]


def test_a_further_supplement_notice_is_made_like_the_first():
    assert documents.spec_of("supplement_notice_2") == documents.spec_of("supplement_notice")


def read(tool, document):
    """What a tool of poppler says of the stored file."""
    command = [tool, document.file.path]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.slow
@pytest.mark.parametrize(("action", "state", "kind", "words"), PAPERS, ids=IDS)
def test_paper_as_pdf(action, state, kind, words):
    _application, event = promised(action, state, kind)

    paper = services.issue_paper(event=event)

    text = "".join(text_of(paper).split())
    missing = [word for word in ["示例-2026-0001", *words] if "".join(word.split()) not in text]
    assert (paper.number, paper.issued_by) == ("示例-2026-0001", event.actor)
    assert missing == []
    assert int(re.search(r"Pages: +(\d+)", read("pdfinfo", paper)).group(1)) <= MOST_PAGES[kind]
    assert "\ufffd" not in text
    assert paper.public == (kind == "certificate")


def text_of(document):
    command = ["pdftotext", document.file.path, "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.slow
def test_the_certificate_lies_on_its_side():
    _application, event = promised("recognise", S.RECOGNISED, "certificate")

    assert "841.89 x 595.276 pts (A4)" in read("pdfinfo", services.issue_paper(event=event))
