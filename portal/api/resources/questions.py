"""Common questions and the bureau's answers."""

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from institutes.desk import QUESTION_DESK
from institutes.forms.questions import QuestionFilter, QuestionForm
from institutes.models import PublicQuestion
from institutes.permissions import questions as permissions
from institutes.services import questions as services
from portal.api.forms import Sent, body_of, cleaned, schema_of
from portal.api.lifecycles import CreatingViewSet, Creator, LifecycleViewSet
from portal.api.serializers import CaseSerializer


class CommonQuestionSerializer(CaseSerializer):
    class Meta:
        model = PublicQuestion
        fields = (*CaseSerializer.CASE, *services.COLUMNS, "drafted_at", "published_at")


def _draft(*, by: User, **facts) -> PublicQuestion:
    return services.draft_question(**facts, by=by)


class QuestionViewSet(LifecycleViewSet, CreatingViewSet):
    """常见问题：市科技局拟写、审定发布，可修改、撤下。"""

    desk = QUESTION_DESK
    serializer_class = CommonQuestionSerializer
    filterset_class = QuestionFilter
    creator = Creator(permissions.may_draft_questions, QuestionForm, _draft)

    @extend_schema(request=schema_of(QuestionForm, partial=True))
    def partial_update(self, request: Request, pk=None) -> Response:
        """Change what is still a draft: the fields that are sent."""
        subject = self.get_object()
        if not permissions.may_revise_question(request.user, subject):
            raise PermissionDenied
        stored = {name: getattr(subject, name) for name in services.COLUMNS}
        facts = cleaned(QuestionForm(Sent(stored | dict(body_of(request).items()))))
        services.revise_question(common_question=subject, **facts, by=request.user)
        return self.fresh(subject.pk)
