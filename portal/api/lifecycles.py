"""One viewset for every lifecycle: the same selectors, WHO tables, forms and services as the pages."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.roles import UNIT_ROLES
from portal.api.forms import body_of, cleaned, describe_field, schema_of
from portal.api.problems import Malformed, as_dict
from portal.api.serializers import LineSerializer, MoveSerializer
from portal.api.token import PROOF_HEADER, ProofRequired, is_proved
from records import deadlines
from records.desk import Desk, Offer, Step

KEY_HEADER = "Idempotency-Key"
KEY = OpenApiParameter(
    KEY_HEADER,
    {"type": "string", "format": "uuid"},
    OpenApiParameter.HEADER,
    required=True,
    description="重复提交时保持不变：同一键、同样内容只办一次；同一键、内容不同则 409。",
)


@dataclass(frozen=True, slots=True)
class Creator:
    """How a person creates a row: who may at all, the form, the service. The page asks the same three."""

    may: Callable[[User], bool]
    form: type[forms.Form]
    service: Callable[..., object]
    keyed: bool = False
    takes_user: bool = False

    def bound(self, request: Request) -> forms.Form:
        extra = {"user": request.user} if self.takes_user else {}
        return self.form(body_of(request), request.FILES, **extra)


PROOF = OpenApiParameter(
    PROOF_HEADER,
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="再次验证身份的凭据，由 /api/v1/proof/ 取得；缺少或过期则 403（proof-required）。",
)


def key_of(request: Request) -> UUID:
    """The key of a command that may be sent twice; 422 without one."""
    try:
        return UUID(request.headers.get(KEY_HEADER, ""))
    except ValueError as error:
        raise Malformed({KEY_HEADER: [_("请在请求头中提供 UUID 格式的幂等键。")]}) from error


class ReadViewSet(mixins.RetrieveModelMixin, mixins.ListModelMixin, viewsets.GenericViewSet):
    """Reads what a selector lets the caller see. ``may_list`` says who opens the list at all, as the page does."""

    lookup_value_regex = r"\d+"
    may_list: Callable[[User], bool] | None = None

    @property
    def is_described(self) -> bool:
        """Whether this is not a request, but the schema being drawn."""
        return getattr(self, "swagger_fake_view", False)

    def list(self, request: Request, *args, **kwargs) -> Response:
        if self.may_list is not None and not self.may_list(request.user):
            raise PermissionDenied
        return super().list(request, *args, **kwargs)

    def fresh(self, pk: int) -> Response:
        """The row as it stands now."""
        return Response(self.get_serializer(self.get_queryset().get(pk=pk)).data)


class CreatingViewSet(ReadViewSet):
    """Also creates, by its ``creator``."""

    creator: Creator

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if creator := cls.__dict__.get("creator"):
            keys = [KEY] if creator.keyed else []
            documented = extend_schema(
                request=schema_of(creator.form), responses={201: cls.serializer_class}, parameters=keys
            )
            extend_schema_view(create=documented)(cls)

    def create(self, request: Request) -> Response:
        """Create one, as its page does."""
        if not self.creator.may(request.user):
            raise PermissionDenied
        facts = cleaned(self.creator.bound(request))
        key = {"key": key_of(request)} if self.creator.keyed else {}
        created = self.creator.service(**facts, **key, by=request.user)
        response = self.fresh(created.pk)
        response.status_code = status.HTTP_201_CREATED
        return response


class LifecycleViewSet(ReadViewSet):
    """Reads by the desk's selector, and takes moves by its services: one address for each move of the desk."""

    desk: Desk

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if desk := cls.__dict__.get("desk"):
            for name, step in desk.steps.items():
                setattr(cls, f"take_{name}", _move(desk, name, step, cls.serializer_class))

    def get_queryset(self):
        return (
            self.desk.model._default_manager.none() if self.is_described else self.visible(self.request.user)
        )

    def visible(self, user: User):
        return self.desk.visible(user)

    def get_serializer(self, *args, **kwargs):
        subjects = args[0] if args else []
        kwargs["context"] = {
            **self.get_serializer_context(),
            "desk": self.desk,
            "deadlines": deadlines.current_of(subjects if kwargs.get("many") else [subjects] if args else []),
            "units": set() if self.is_described else units_of(self.request.user),
        }
        return self.get_serializer_class()(*args, **kwargs)

    @extend_schema(responses=MoveSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def moves(self, request: Request, pk=None) -> Response:
        """The moves that are the caller's to take on this case: lawful now or why not, and what each asks for."""
        subject, user, desk = self.get_object(), request.user, self.desk
        return Response(
            [
                describe(desk.offer(user, name, subject))
                for name in desk.steps
                if desk.may(user, name, subject) and not desk.is_hidden(name, subject)
            ]
        )

    @extend_schema(responses=LineSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def history(self, request: Request, pk=None) -> Response:
        """The moves of the past from the register, oldest first, as far as the caller may read them."""
        return Response(LineSerializer(self.desk.lines(request.user, self.get_object()), many=True).data)

    def take(self, request: Request, name: str) -> Response:
        """404 unseen, 403 not theirs, 422 malformed, 409 where the rules say no; else the case as it stands."""
        subject, user, desk = self.get_object(), request.user, self.desk
        if not desk.may(user, name, subject):
            raise PermissionDenied
        form = desk.form(name, subject=subject, user=user, data=body_of(request), files=request.FILES)
        if not form.is_valid():
            desk.refuse_if_barred(user=user, subject=subject, action=name)
        facts = cleaned(form)
        if desk.steps[name].proof and not is_proved(request):
            desk.refuse_if_barred(user=user, subject=subject, action=name)
            raise ProofRequired
        key = key_of(request) if desk.steps[name].keyed else None
        desk.take(user=user, subject=subject, action=name, fields=facts, key=key)
        after = self.get_queryset().filter(pk=subject.pk).first()
        # A person may lose sight of a case by handing it on.
        return (
            Response(self.get_serializer(after).data)
            if after
            else Response(status=status.HTTP_204_NO_CONTENT)
        )


def _move(desk: Desk, name: str, step: Step, serializer: type) -> Callable:
    """The address of one move, with what it asks for and what follows from it."""

    def take(self, request, pk=None):
        return self.take(request, name)

    move = desk.lifecycle.moves[name]
    take.__name__ = f"take_{name}"
    states = "、".join(desk.lifecycle.label(state) for state in sorted(move.sources))
    four_eyes = _("经办过上一环节的人员不能办理。") if move.unlike else ""
    documented = extend_schema(
        operation_id=f"{desk.resource}_moves_{name}".replace("-", "_"),
        summary=str(move.label),
        description=f"{step.consequence}\n\n{_('办理前的状态：{states}。').format(states=states)}{four_eyes}",
        request=schema_of(step.form),
        responses={200: serializer, 204: OpenApiResponse(description=_("已办理，您不再经手此件"))},
        parameters=[*([KEY] if step.keyed else []), *([PROOF] if step.proof else [])],
    )
    return documented(action(detail=True, methods=["post"], url_path=f"moves/{name}")(take))


def units_of(user: User) -> set[int]:
    """The units on whose side this person stands: their cases are told in the applicant's words."""
    return {m.organisation_id for m in user.memberships_active if m.role in UNIT_ROLES}


def describe(offer: Offer) -> dict:
    """A move as the API lists it."""
    return {
        "action": offer.action,
        "label": offer.label,
        "allowed": offer.allowed,
        "refusals": [as_dict(reason) for reason in offer.refusals],
        "consequence": offer.consequence,
        "keyed": offer.step.keyed,
        "proof": offer.step.proof,
        "fields": [describe_field(name, field) for name, field in offer.form.fields.items()],
    }
