"""Rows of the roof for tests."""

from factory.django import DjangoModelFactory

from portal.models import Tallied, Tally


class TallyFactory(DjangoModelFactory):
    """A part of a sum that nothing stands behind."""

    class Meta:
        model = Tally

    what = Tallied.APPLICATIONS
    state = "reviewing"
    count = 1
