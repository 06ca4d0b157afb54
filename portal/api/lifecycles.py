"""One viewset for every lifecycle: the same selectors, WHO tables and services as the pages."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.forms import Field
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.roles import ROLES, Reach, Role, label_of
from portal.api.problems import Malformed, as_dict
from records import audit, deadlines
from records.desk import Desk, Offer
from records.models import Deadline

KEY_HEADER = "Idempotency-Key"


class LifecycleSerializer(serializers.ModelSerializer):
    """A case with its state in words, who holds it and until when."""

    state_label = serializers.SerializerMethodField()
    holder = serializers.SerializerMethodField()
    due_on = serializers.SerializerMethodField()

    def get_state_label(self, subject) -> str:
        return self.context["desk"].lifecycle.label(subject.state)

    def get_holder(self, subject) -> dict[str, str] | None:
        return holder_of(self._deadline(subject))

    def get_due_on(self, subject) -> str | None:
        deadline = self._deadline(subject)
        return deadline.due_on.isoformat() if deadline and deadline.due_on else None

    def _deadline(self, subject) -> Deadline | None:
        return self.context["deadlines"].get((subject._meta.label_lower, subject.pk))


def holder_of(deadline: Deadline | None) -> dict[str, str] | None:
    """Who holds a case: the role, and the organisation or division within which it is held."""
    if deadline is None:
        return None
    role = deadline.holder_role
    within = {
        Reach.OWN: deadline.host,
        Reach.DIVISION: deadline.division,
        Reach.ASSIGNED: deadline.holder_organisation,
    }.get(ROLES[Role(role)].reach)
    return {"role": role, "label": str(label_of(role)), "within": str(within or "")}


class HistorySerializer(serializers.Serializer):
    """A line of the register."""

    at = serializers.DateTimeField()
    verb = serializers.CharField()
    actor = serializers.CharField(source="actor_label")
    from_state = serializers.CharField()
    to_state = serializers.CharField()
    reason = serializers.CharField()
    hash = serializers.CharField()


class MoveFieldSerializer(serializers.Serializer):
    name = serializers.CharField()
    type = serializers.CharField()
    required = serializers.BooleanField()
    label = serializers.CharField()
    choices = serializers.ListField(child=serializers.CharField(), required=False)


class MoveSerializer(serializers.Serializer):
    """A move that is this person's to take, whether it is lawful now, and what it asks for."""

    action = serializers.CharField()
    label = serializers.CharField()
    allowed = serializers.BooleanField()
    refusals = serializers.ListField(child=serializers.DictField())
    fields_ = MoveFieldSerializer(many=True)

    def get_fields(self):
        fields = super().get_fields()
        fields["fields"] = fields.pop("fields_")
        return fields


class LifecycleViewSet(mixins.RetrieveModelMixin, mixins.ListModelMixin, viewsets.GenericViewSet):
    """Reads by the desk's selector, and takes moves by its services."""

    desk: Desk
    lookup_value_regex = r"\d+"

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return self.desk.model._default_manager.none()
        return self.desk.visible(self.request.user)

    def get_serializer(self, *args, **kwargs):
        subjects = args[0] if args else []
        many = kwargs.get("many", False)
        kwargs["context"] = {
            **self.get_serializer_context(),
            "desk": self.desk,
            "deadlines": deadlines.current_of(subjects if many else [subjects] if args else []),
        }
        return self.get_serializer_class()(*args, **kwargs)

    @extend_schema(responses=MoveSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def moves(self, request: Request, pk=None) -> Response:
        """The moves that are the caller's to take on this case."""
        subject, user = self.get_object(), request.user
        return Response(
            [
                describe(self.desk.offer(user, name, subject))
                for name in self.desk.steps
                if self.desk.may(user, name, subject)
            ]
        )

    @extend_schema(
        request=OpenApiTypes.OBJECT,
        parameters=[OpenApiParameter(KEY_HEADER, str, OpenApiParameter.HEADER, description="UUID，重复提交时保持不变")],
        filters=False,
    )
    @action(detail=True, methods=["post"], url_path=r"moves/(?P<move>[a-z_]+)", pagination_class=None)
    def take(self, request: Request, pk=None, move: str = "") -> Response:
        """Take a move. 403 if it is not the caller's, 409 if the rules say no, 422 if fields are wrong."""
        subject = self.get_object()
        if move not in self.desk.steps or not self.desk.may(request.user, move, subject):
            raise PermissionDenied
        form = self.desk.form(move, subject=subject, user=request.user, data=request.data, files=request.FILES)
        if not form.is_valid():
            raise Malformed({name: [str(e) for e in errors] for name, errors in form.errors.items()})
        key = self._key(request) if self.desk.steps[move].keyed else None
        self.desk.take(user=request.user, subject=subject, action=move, fields=form.cleaned_data, key=key)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(responses=HistorySerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def history(self, request: Request, pk=None) -> Response:
        """The register's lines about this case, oldest first."""
        return Response(HistorySerializer(audit.history(self.get_object()), many=True).data)

    def _key(self, request: Request) -> UUID:
        try:
            return UUID(request.headers.get(KEY_HEADER, ""))
        except ValueError as error:
            raise Malformed({KEY_HEADER: ["请在请求头中提供 UUID 格式的幂等键。"]}) from error


def describe(offer: Offer) -> dict:
    """A move as the API lists it."""
    return {
        "action": offer.action,
        "label": offer.label,
        "allowed": offer.allowed,
        "refusals": [as_dict(reason) for reason in offer.refusals],
        "fields": [describe_field(name, field) for name, field in offer.form.fields.items()],
    }


def describe_field(name: str, field: Field) -> dict:
    described = {
        "name": name,
        "type": type(field).__name__.removesuffix("Field").lower(),
        "required": field.required,
        "label": str(field.label or name),
    }
    if choices := getattr(field, "choices", None):
        described["choices"] = [str(value) for value, _ in choices if value != ""]
    return described

