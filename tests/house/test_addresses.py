"""Every address turns away whom it must: strangers, and people who hold no role."""

import pytest
from django.test import Client

from accounts.roles import Role
from tests.factories.accounts import UserFactory, person
from tests.house.addresses import addresses, nameless
from tests.house.rows import one_of_everything

pytestmark = pytest.mark.django_db

# Open to everybody, and why.
PUBLIC = {
    "healthz": "the launcher and the container ask whether the process lives",
    "readyz": "the same, for database, migrations and queue",
    "display": "contrast and size of text are chosen before signing in",
    "ui": "the gallery of components; 404 outside DEBUG",
    "ui-kind": "the same",
    "home": "the public home",
    "targets": "the targets of the policy and how far the city is: totals alone",
    "chain-picture": "the map of chains as a picture; every enterprise by name only for who keeps the map",
    "map": "public figures of the counties; whoever asks for others signs in",
    "chart-export": "the table of a chart; what reads the chart says who may",
    "directory": "the institutes that were recognised",
    "directory-export": "the same, as a table",
    "directory-institute": "one of them",
    "directory-changes": "what became of them since: changes, stops, revocations",
    "open-data": "what is published as data, for everybody",
    "open-data-set": "one dataset, to read",
    "open-data-file": "the same, for programs; only what its columns name",
    "open-data-schema": "what its columns mean",
    "open-data-catalog": "all datasets, for programs that collect",
    "open-data-register": "how anybody checks that the register was not rewritten",
    "open-data-verifier": "the program for that",
    "open-data-opportunities": "calls that were published, in a form that other programs read",
    "open-data-opportunity": "one of them",
    "open-data-awards": "money that was issued, in the same form",
    "open-data-award": "one of them",
    "verify": "papers are verified by whoever holds one",
    "verify-code": "the same, by QR code",
    "public-paper": "papers that were issued to the public",
    "records:document": "the same; any other paper answers 404",
    "search": "over all that is public",
    "guide": "who can apply, what one gets, step by step",
    "calculator": "what an institute can receive, by the editions; keeps nothing",
    "sitemap": "which public pages there are",
    "sitemap-part": "the same, part by part",
    "robots": "what machines are asked to leave alone",
    "feed-calls": "calls that were published",
    "feed-notices": "notices that were posted",
    "policy": "the policy in force",
    "policy-numbers": "the same, number by number",
    "policy-versions": "the same, version by version",
    "policy-version": "one of them, with what changed",
    "calendar-file": "by the secret address of one person, for calendar programs",
    "accounts:login": "signing in",
    "accounts:login-code": "the second step of it, after the password",
    "admin-door": "leads to signing in",
    "accounts:password-reset": "whoever forgot the password cannot sign in",
    "accounts:password-reset-sent": "the same",
    "accounts:password-reset-done": "the same",
    "accounts:password-reset-confirm": "the same, by the link of the mail",
    "accounts:invitation": "by the link of the invitation; the password is yet to be chosen",
    "accounts:register": "an enterprise registers itself",
    "accounts:uscc-check": "the form of registration asks whether a code is well formed",
    "projects:project-call-list": "calls of the joint research programme that were published are public",
    "projects:project-call-export": "the same, as a table",
    "projects:project-call": "one of them",
    "projects:guide-list": "so are the guides they go by",
    "projects:guide": "one of them",
    "institutes:call-list": "calls that were published are public",
    "institutes:call-export": "the same, as a table",
    "institutes:call": "one of them",
    "institutes:call-file": "the files of its guide; those of a draft answer 404",
    "institutes:chain-map": "the map of chains is public (四(一))",
    "institutes:chain-on-map": "the same, chain by chain",
    "funding:clawback-published": "decisions that are final are published for everybody (domain B8)",
    "institutes:services": "what institutes offer, once the county has checked it (二(二))",
    "institutes:services-export": "the same, as a table",
    "institutes:service": "one of them",
    "institutes:questions": "common questions that were published",
    "institutes:local-policies": "policies of the counties are published for everybody (五(三))",
    "institutes:local-policy": "one of them",
    "institutes:local-policy-file": "its document",
    "evaluation:draw-list": "how experts were drawn, by numbers that name nobody",
    "evaluation:draw": "the same, draw by draw",
    "evaluation:draw-record": "the same, for programs",
    "evaluation:assessment-results": "results of annual assessments are published for everybody (五(一))",
    "evaluation:assessment-results-of": "the same, of one year",
    "evaluation:assessment-results-export": "the same, as a table",
    "evaluation:invitation": "by the signed link of the invitation, for one seat until its day",
    "notices:publicity-list": "what is published is public",
    "notices:publicity-export": "the same, as a table",
    "notices:publicity": "the same",
    "notices:objection-create": "anybody may object, under their real name",
    "notices:objection-letter": "letters to its author, by the same code; with a name only by the phone as well",
    "notices:objection-receipt": "what became of it, by the code of the receipt",
    "api:token": "trades name and password for a token; says nothing else",
    "api:schema": "the description of the API: addresses and fields, no data",
    "api:docs": "the same, to read",
}
# Pages of whoever has signed in, whatever their roles.
EVERYBODY = {
    "accounts:account": "one's own account",
    "accounts:password-change": "one's own password",
    "accounts:second-step": "one's own second step of signing in",
    "accounts:visit-list": "one's own logins",
    "notices:notice-list": "one's own messages",
    "notices:preference": "how one wants one's mail",
    "records:job-list": "an empty list",
    "calendar": "one's own days",
    "calendar-feed": "the address of one's own days",
    "institutes:application-list": "an empty list",
    "institutes:application-export": "the same",
    "institutes:institute-list": "an empty list",
    "institutes:institute-export": "the same",
    "days": "which days are working days; only a few may change them",
    "api:api-root": "the addresses of the API",
    "accounts:deputy-list": "who stands in for one",
    "api:deputies-list": "an empty list",
    "api:calendar": "one's own days",
    "api:preference": "how one wants one's mail",
    "api:notices-subjects": "one's own messages",
    "api:working-days-list": "which days are working days",
    "api:targets": "totals that everybody reads",
    "api:map": "figures of the counties that everybody reads",
    "api:calls-list": "calls that were published",
    "api:public-notices-list": "what is published is public",
    "api:public-notices-detail": "what is published is public",
    "api:calls-detail": "the same",
    "api:calls-moves": "no move",
    "api:calls-history": "what the page of the call shows",
    "api:calls-files": "the files of its guide, which are public",
    "api:project-calls-list": "calls that were published",
    "api:project-calls-detail": "the same",
    "api:project-calls-moves": "no move",
    "api:project-calls-history": "what the page of the call shows",
    "api:call-extensions-list": "an empty list",
    "api:publicity-extensions-list": "an empty list",
    "api:registrations-list": "an empty list",
    "api:memberships-list": "an empty list",
    "api:applications-list": "an empty list",
    "api:chains-list": "an empty list",
    "api:chain-proposals-list": "an empty list",
    "api:engagements-list": "an empty list",
    "api:cultivation-list": "an empty list",
    "api:county-policies-list": "an empty list",
    "api:service-offerings-list": "an empty list",
    "api:questions-list": "an empty list",
    "api:panels-list": "an empty list",
    "api:packages-list": "an empty list",
    "api:assignments-list": "an empty list",
    "api:institutes-list": "an empty list",
    "api:inquiries-list": "an empty list",
    "api:jobs-list": "an empty list",
    "api:jobs-tables": "the names of lists",
    "api:deadlines-list": "an empty list",
    "api:matters-list": "an empty list",
    "api:notices-list": "an empty list",
    "api:documents-list": "an empty list",
}
EMPTY = "an empty list"
REFUSED = {403, 404, 405}


def private() -> list:
    return [address for address in addresses() if address.name not in PUBLIC]


def ids(found) -> list[str]:
    return [address.name for address in found]


def test_every_address_has_a_name():
    assert nameless() == []


def test_the_list_of_public_addresses_names_only_what_exists():
    assert sorted(set(PUBLIC) - set(ids(addresses()))) == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_private_address_turns_strangers_away(client, method):
    welcomed = {}
    for address in private():
        response = getattr(client, method)(address.url())
        is_sent_to_login = response.status_code == 302 and response.url.startswith("/login/")
        turned_away = is_sent_to_login or (response.status_code == 401 and address.name.startswith("api:"))
        if not turned_away:
            welcomed[address.name] = response.status_code

    assert welcomed == {}


@pytest.mark.parametrize("path", ["/admin/", "/admin/accounts/user/", "/admin/records/auditevent/"])
def test_the_administration_turns_strangers_and_most_people_away(client, path):
    assert client.get(path).url.startswith(("/login/", "/admin/login/"))
    client.force_login(person(Role.BUREAU_APPROVER))
    assert client.get(path).status_code in {302, 403, 404}


def test_whoever_holds_no_role_meets_closed_doors():
    rows, client = one_of_everything(), Client(raise_request_exception=False)
    client.force_login(UserFactory())
    opened = {
        address.name: response.status_code
        for address in private()
        if (response := client.get(rows.url(address))).status_code not in REFUSED
    }

    assert opened == dict.fromkeys(EVERYBODY, 200)


def test_lists_that_open_to_whoever_holds_no_role_are_empty(client):
    one_of_everything()
    client.force_login(UserFactory())
    named = {address.name: address for address in addresses()}

    shown = {
        name: client.get(named[name].url()).json()["results"]
        for name, why in EVERYBODY.items()
        if why == EMPTY and name.startswith("api:")
    }

    assert {name: rows for name, rows in shown.items() if rows} == {}
