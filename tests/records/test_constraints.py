"""Each constraint of the ground, provoked by name, as no form would."""

import pytest
from django.db import IntegrityError, transaction

from records.models import Attachment, Document, NumberSeries
from tests.factories.records import AttachmentFactory, DocumentFactory, NumberSeriesFactory

pytestmark = pytest.mark.django_db


def refused(name: str):
    return pytest.raises(IntegrityError, match=name)


def test_a_removal_has_its_person():
    attachment = AttachmentFactory()
    with refused("records_attachment_removed_at_removed_by"), transaction.atomic():
        Attachment.objects.filter(pk=attachment.pk).update(removed_at="2026-11-23T09:00+08:00")


def test_a_number_of_a_kind_is_given_once():
    first = DocumentFactory()
    with refused("records_document_number_once"), transaction.atomic():
        DocumentFactory(number=first.number)


def test_a_subject_has_one_original_of_a_kind():
    first = DocumentFactory()
    with refused("records_document_one_original"), transaction.atomic():
        DocumentFactory(subject_type=first.subject_type, subject_id=first.subject_id)


def test_a_correction_names_what_it_replaces():
    first = DocumentFactory()
    second = DocumentFactory(subject_type=first.subject_type, subject_id=first.subject_id, replaces=first)

    assert list(Document.objects.in_force()) == [second]


@pytest.mark.parametrize("change", [lambda rows: rows.update(sha256="0" * 64), lambda rows: rows.delete()])
def test_an_issued_paper_never_changes(change):
    document = DocumentFactory()
    with refused("append-only"), transaction.atomic():
        change(Document.objects.filter(pk=document.pk))


def test_a_series_has_one_counter_a_year():
    first = NumberSeriesFactory()
    with refused("records_numberseries_one_per_year"), transaction.atomic():
        NumberSeriesFactory(series=first.series)


def test_a_counter_does_not_go_below_zero():
    NumberSeriesFactory()
    with refused("records_numberseries_last_not_negative|last_check"), transaction.atomic():
        NumberSeries.objects.update(last=-1)
