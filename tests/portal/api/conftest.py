"""What the tests of the API lean on: a program that acts as a person."""

import pytest
from rest_framework.test import APIClient

from accounts.services import issue_proof, issue_token
from tests.factories.accounts import AccountEditionFactory
from tests.factories.funding import load_terms
from tests.factories.notices import publish_rules


@pytest.fixture
def program():
    """``program(user)`` calls the API with the token of that person, and with proof that they stand behind it.

    ``anew``: with another token than before.
    """
    clients: dict[object, APIClient] = {}

    def acting_as(user, *, anew: bool = False) -> APIClient:
        if anew or user not in clients:
            client = clients[user] = APIClient()
            token, proof = issue_token(user=user).key, issue_proof(user=user)
            client.credentials(HTTP_AUTHORIZATION=f"Token {token}", HTTP_X_PROOF=proof)
        return clients[user]

    return acting_as


@pytest.fixture(autouse=True)
def rules(db):
    """The policy in force."""
    publish_rules()
    load_terms()
    for kind in ("time_limits", "letters", "security"):
        AccountEditionFactory(kind=kind)
