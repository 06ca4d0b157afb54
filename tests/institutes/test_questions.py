"""Common questions: worded by a clerk, published by another person, read by everybody, changed and withdrawn."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.roles import Role
from institutes.enums.questions import QuestionState as S
from institutes.lifecycle.questions import QUESTION
from institutes.models import PublicQuestion
from institutes.permissions.questions import QUESTION_WHO
from institutes.selectors import questions as reads
from institutes.services import questions as services
from notices.models import Notice
from records import deadlines
from records.errors import Conflict, IllegalMove, Incomplete, SamePerson
from tests.factories.accounts import person
from tests.factories.institutes import RecognitionEditionFactory
from tests.factories.offerings import PublicQuestionFactory

pytestmark = pytest.mark.django_db
LAWFUL = {
    (S.DRAFT, "propose"): S.PROPOSED,
    (S.PROPOSED, "send_back"): S.DRAFT,
    (S.PROPOSED, "publish"): S.PUBLISHED,
    (S.PUBLISHED, "reopen"): S.DRAFT,
    **{(state, "withdraw"): S.WITHDRAWN for state in (S.DRAFT, S.PROPOSED, S.PUBLISHED)},
}
MAY = {
    Role.BUREAU_CLERK: {"propose", "reopen", "withdraw"},
    Role.BUREAU_APPROVER: {"send_back", "publish", "withdraw"},
}
PUBLIC = reverse("institutes:questions")


def words(**changed) -> dict:
    return {
        "topic": "money",
        "question": "建设资金要申请吗？",
        "answer": "不要，免申即享。",
        "clause": "四(三)",
        "place": 10,
    } | changed


@pytest.fixture
def clerk():
    RecognitionEditionFactory()
    return person(Role.BUREAU_CLERK)


@pytest.fixture
def approver():
    return person(Role.BUREAU_APPROVER)


@pytest.mark.parametrize("action", sorted(QUESTION.moves))
@pytest.mark.parametrize("state", S)
def test_question_table(state, action):
    assert QUESTION.allows(PublicQuestion(state=state), action) == ((state, action) in LAWFUL)
    if (state, action) in LAWFUL:
        assert QUESTION.moves[action].target == LAWFUL[state, action]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SYSTEM])
def test_role_may_take_these_moves_and_no_other(role):
    question, user = PublicQuestionFactory(), person(role)

    assert {action for action, grant in QUESTION_WHO.items() if grant(user, question)} == MAY.get(role, set())
    assert reads.questions_visible_to(user).exists() == (
        role in (Role.BUREAU_CLERK, Role.BUREAU_APPROVER, Role.AUDITOR)
    )


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"state": "lost"}, "state_known"),
        ({"state": S.PUBLISHED}, "published_by_somebody"),
        ({"answer": ""}, "says_something"),
        ({"clause": "第四条"}, "clause_is_one"),
    ],
)
def test_a_question_cannot_be_stored_without_its_evidence(change, name):
    row = PublicQuestion.objects.filter(pk=PublicQuestionFactory().pk)

    with pytest.raises(IntegrityError, match=f'"institutes_publicquestion_{name}"'), transaction.atomic():
        row.update(**change)


def test_from_the_clerk_to_everybody_and_back(clerk, approver, client):
    row = services.draft_question(**words(clause="四（三）"), by=clerk)
    services.propose_question(common_question=row, by=clerk)
    waiting = deadlines.current(row)
    assert row.question not in client.get(PUBLIC).text
    services.publish_question(common_question=row, by=approver)

    page = client.get(PUBLIC).text
    assert (waiting.holder_role, waiting.working_days) == (Role.BUREAU_APPROVER, 5)
    assert f'id="q{row.pk}"' in page
    assert "免申即享" in page
    assert "依据 四(三)" in page
    assert Notice.objects.filter(recipient=approver, title__startswith="常见问题·待审定发布").exists()
    with pytest.raises(IllegalMove, match="修改答复"):
        services.revise_question(common_question=row, **words(answer="要。"), by=clerk)
    services.reopen_question(common_question=row, by=clerk)
    services.revise_question(common_question=row, **words(answer="由系统提出。"), by=clerk)
    services.propose_question(common_question=row, by=clerk)
    standing = client.get(PUBLIC).text
    services.publish_question(common_question=row, by=approver)
    changed = client.get(PUBLIC).text

    assert [("免申即享" in text, "由系统提出" in text) for text in (standing, changed)] == [
        (True, False),
        (False, True),
    ]
    services.withdraw_question(common_question=row, reason="政策已改。", by=approver)
    assert row.question not in client.get(PUBLIC).text
    assert row.wordings.filter(hidden_by=approver).count() == 2


def test_who_worded_it_does_not_publish_it(clerk):
    row = services.draft_question(**words(), by=clerk)
    services.propose_question(common_question=row, by=clerk)

    with pytest.raises(SamePerson):
        services.publish_question(common_question=row, by=clerk)


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"question": " "}, "question"), ({"answer": ""}, "answer"), ({"clause": "第四条"}, "clause")],
)
def test_what_is_wrong_is_said_at_its_box(clerk, changed, field):
    with pytest.raises(Incomplete) as refused:
        services.draft_question(**words(**changed), by=clerk)

    assert [reason.field for reason in refused.value.reasons] == [field]


def test_a_question_stands_once_until_it_is_withdrawn(clerk):
    first = services.draft_question(**words(), by=clerk)
    with pytest.raises(Conflict, match="已有同一问题"):
        services.draft_question(**words(), by=clerk)
    services.withdraw_question(common_question=first, reason="政策已改。", by=clerk)

    assert services.draft_question(**words(), by=clerk).pk != first.pk


def test_everybody_reads_topic_by_topic_in_the_order_given():
    later = PublicQuestionFactory(state=S.PUBLISHED, place=20)
    first = PublicQuestionFactory(state=S.PUBLISHED, place=10)
    before = PublicQuestionFactory(state=S.PUBLISHED, topic="conditions", place=99)
    PublicQuestionFactory(state=S.PROPOSED)

    assert [one.common_question for one in reads.published_questions()] == [before, first, later]


def test_the_bureau_words_and_publishes_on_the_page_and_by_program(client, clerk, approver):
    client.force_login(clerk)
    wrong = client.post(reverse("institutes:question-new"), words(topic="none"))
    client.post(reverse("institutes:question-new"), words())
    row = PublicQuestion.objects.get()
    client.post(reverse("institutes:question-edit", args=[row.pk]), words(answer="系统提出。"))
    client.post(reverse("institutes:question-move", args=[row.pk, "propose"]))
    client.force_login(approver)
    assert row.question in client.get(reverse("institutes:question-list")).text
    moved = client.post(f"/api/v1/questions/{row.pk}/moves/publish/", {}, content_type="application/json")

    row.refresh_from_db()
    assert wrong.status_code == 422
    assert moved.json()["state"] == "published"
    assert (row.state, row.answer) == (S.PUBLISHED, "系统提出。")
