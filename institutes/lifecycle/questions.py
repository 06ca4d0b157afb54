"""The table of moves of a question with its answer."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from institutes.enums.questions import QuestionState as S
from records.lifecycle import Lifecycle, Move, State

QUESTION = Lifecycle(
    name="public question",
    states={
        S.DRAFT: State(S.DRAFT.label, role=Role.BUREAU_CLERK),
        S.PROPOSED: State(S.PROPOSED.label, role=Role.BUREAU_APPROVER, limit="question_publication"),
        S.PUBLISHED: State(S.PUBLISHED.label),
        S.WITHDRAWN: State(S.WITHDRAWN.label, final=True),
    },
    moves={
        "propose": Move(_("送审定"), frozenset({S.DRAFT}), S.PROPOSED),
        "send_back": Move(_("退回修改"), frozenset({S.PROPOSED}), S.DRAFT, reason=True),
        "publish": Move(_("发布"), frozenset({S.PROPOSED}), S.PUBLISHED, unlike=("drafted_by",)),
        "reopen": Move(_("修改答复"), frozenset({S.PUBLISHED}), S.DRAFT),
        "withdraw": Move(_("撤下"), frozenset({S.DRAFT, S.PROPOSED, S.PUBLISHED}), S.WITHDRAWN, reason=True),
    },
)
