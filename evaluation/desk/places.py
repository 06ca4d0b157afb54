"""Where the holder of a case of this room acts, where that is not the page of the case."""

from django.db.models import Model
from django.urls import reverse
from django.utils.http import urlencode


def panel_list_of(case: Model) -> str:
    """The panels that review ``case``, found by its number."""
    return f"{reverse('evaluation:panel-list')}?{urlencode({'q': case.number})}"  # type: ignore[attr-defined]
