"""What the resources have in common: references, the state of a case, moves, lines of the register."""

from datetime import date

from django.db import models
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts import holders
from records.models import Deadline


class Named(serializers.Serializer):
    """Another row, by its key and its name."""

    id = serializers.IntegerField(source="pk")
    name = serializers.SerializerMethodField()

    def get_name(self, row: models.Model) -> str:
        return str(row)


class Place(serializers.Serializer):
    """A county-level unit, by its code."""

    code = serializers.CharField()
    name = serializers.CharField()


class Subject(serializers.Serializer):
    """What a row is about."""

    type = serializers.CharField(source="subject_type")
    id = serializers.IntegerField(source="subject_id")
    label = serializers.CharField(source="subject_label")


class Holder(serializers.Serializer):
    """Who holds a case: the role, and the organisation or division within which it is held."""

    role = serializers.CharField()
    label = serializers.CharField()
    within = serializers.CharField()


class ReadOnly(serializers.ModelSerializer):
    """Fields that are written out one by one; nothing is written back."""

    def get_fields(self):
        fields = super().get_fields()
        for field in fields.values():
            field.read_only = True
        return fields


class CaseSerializer(ReadOnly):
    """A case with its state in words, who holds it and until when."""

    state = serializers.CharField()
    state_label = serializers.SerializerMethodField()
    holder = serializers.SerializerMethodField()
    due_on = serializers.SerializerMethodField()

    CASE = ("id", "state", "state_label", "state_since", "holder", "due_on")

    def get_state_label(self, subject) -> str:
        inside = subject.host_id in self.context["units"]
        return self.context["desk"].lifecycle.label(subject.state, for_applicant=inside)

    @extend_schema_field(Holder(allow_null=True))
    def get_holder(self, subject) -> dict[str, str] | None:
        found = holder_of(self._deadline(subject))
        return found | {"within": ""} if found and getattr(subject, "is_blinded", False) else found

    def get_due_on(self, subject) -> date | None:
        deadline = self._deadline(subject)
        return deadline.due_on if deadline else None

    def _deadline(self, subject) -> Deadline | None:
        return self.context["deadlines"].get((subject._meta.label_lower, subject.pk))


def holder_of(deadline: Deadline | None) -> dict[str, str] | None:
    """Who holds it, without naming a person."""
    if deadline is None:
        return None
    holder = holders.of_deadline(deadline)
    return {"role": holder.role.value, "label": holder.label, "within": holder.within}


class LineSerializer(serializers.Serializer):
    """A move of the past."""

    at = serializers.DateTimeField()
    action = serializers.CharField()
    label = serializers.CharField()
    actor = serializers.CharField()
    from_state = serializers.CharField()
    to_state = serializers.CharField()
    reason = serializers.CharField()


class ChoiceSerializer(serializers.Serializer):
    value = serializers.CharField()
    label = serializers.CharField()


class ColumnSerializer(serializers.Serializer):
    name = serializers.CharField()
    label = serializers.CharField()
    required = serializers.BooleanField()
    choices = ChoiceSerializer(many=True)


class MoveFieldSerializer(serializers.Serializer):
    """A field of a move's form. ``rows`` is a list of objects with the ``columns``, ``items`` its fixed rows."""

    name = serializers.CharField()
    type = serializers.CharField()
    required = serializers.BooleanField()
    label = serializers.CharField()
    help = serializers.CharField()
    choices = ChoiceSerializer(many=True, required=False)
    columns = ColumnSerializer(many=True, required=False)
    items = ChoiceSerializer(many=True, required=False)


class RefusalSerializer(serializers.Serializer):
    text = serializers.CharField()
    field = serializers.CharField()
    clause = serializers.CharField()
    url = serializers.CharField()


class MoveSerializer(serializers.Serializer):
    """A move that is this person's to take, whether it is lawful now, and what it asks for."""

    action = serializers.CharField()
    label = serializers.CharField()
    allowed = serializers.BooleanField()
    refusals = RefusalSerializer(many=True)
    consequence = serializers.CharField()
    keyed = serializers.BooleanField()
    proof = serializers.BooleanField()

    def get_fields(self):
        return super().get_fields() | {"fields": MoveFieldSerializer(many=True)}
