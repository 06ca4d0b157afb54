"""Taking over the last application: section by section, only empty boxes, only what still fits."""

import pytest

from accounts.roles import Role
from institutes import book, selectors, services
from records import audit
from records.errors import Conflict, IllegalMove
from tests.factories.accounts import person
from tests.factories.institutes import ApplicationFactory, CallFactory, fill

pytestmark = pytest.mark.django_db


@pytest.fixture
def filler(client):
    user = person(Role.ENT_FILLER)
    client.force_login(user)
    return user


@pytest.fixture
def last(filler):
    return fill(ApplicationFactory(host=filler.organisations[0], state="withdrawn"))


@pytest.fixture
def application(filler, last):
    return services.begin_application(call=CallFactory(), host=last.host, by=filler)


def answers(application):
    return book.answers_of_draft(application)


def test_what_does_not_depend_on_the_year_is_offered(application):
    offered = selectors.takeover_of(application)

    assert {"partners", "governance"} <= set(offered) <= set(book.REUSED)
    assert not set(offered) & {"basics", "plan", "budget", "commitment", "recusal"}


def test_chosen_sections_are_filled_and_the_register_says_from_which(application, last, filler):
    filled = services.prefill_application(application=application, sections=["partners"], by=filler)

    assert answers(application)["partners"] == answers(last)["partners"]
    assert "governance" not in answers(application)
    line = audit.history(application).last()
    assert (line.verb, line.data) == (
        "institutes.application.prefill",
        {"taken_from": last.pk, "sections": ["partners"]},
    )
    flat = book.flatten(book.of_edition("2022").section("partners"), answers(last)["partners"])
    assert filled == {"partners": len(flat)}


def test_what_was_typed_already_stays(application, last, filler):
    services.save_section(
        application=application,
        section="host",
        changes={"rd_reason": "示例原因"},
        version=application.sections.get(code="host").version,
        by=filler,
    )
    name = answers(application)["host"]["host_name"]
    services.prefill_application(application=application, sections=["host"], by=filler)

    host = answers(application)["host"]
    assert (host["rd_reason"], host["host_name"]) == ("示例原因", name)
    assert host["reg_capital"] == answers(last)["host"]["reg_capital"]


def test_a_table_is_taken_over_whole_or_not_at_all(application, filler):
    services.save_section(
        application=application,
        section="partners",
        changes={"partners-0-name": "示例大学"},
        version=0,
        by=filler,
    )

    assert "partners" not in selectors.takeover_of(application)


def test_what_no_longer_fits_stays_behind(application, last, filler):
    row = last.sections.get(code="host")
    row.answers |= {"chain_role": "gone", "email": "示例"}
    row.answers["finance"]["revenue"]["1999"] = "1.00"
    row.save(update_fields=["answers"])
    services.prefill_application(application=application, sections=["host"], by=filler)

    host = answers(application)["host"]
    assert host.get("chain_role") != "gone"
    assert host.get("email") != "示例"
    assert "1999" not in host["finance"]["revenue"]
    assert host["finance"]["revenue"]


def test_there_is_nothing_to_take_over(filler):
    alone = ApplicationFactory(host=filler.organisations[0])
    with pytest.raises(Conflict) as refusal:
        services.prefill_application(application=alone, sections=["partners"], by=filler)

    assert str(refusal.value) == "没有可以沿用的上次申报内容。"


def test_a_section_that_is_not_offered_is_refused(application, filler):
    with pytest.raises(Conflict):
        services.prefill_application(application=application, sections=["plan"], by=filler)


def test_a_locked_book_takes_nothing(last, filler):
    locked = ApplicationFactory(host=last.host, state="unit_review")

    with pytest.raises(IllegalMove):
        services.prefill_application(application=locked, sections=["partners"], by=filler)


# --- pages ----------------------------------------------------------------------------------------------------------


def test_beginning_leads_to_the_offer_which_says_from_where(client, last):
    call = CallFactory()
    response = client.post(f"/calls/{call.pk}/apply/", follow=True)

    assert response.redirect_chain[0][0].endswith("/prefill/")
    assert str(last) in response.text
    assert 'name="sections" value="partners" checked' in response.text


def test_beginning_without_a_last_application_leads_to_the_first_section(client, filler):
    response = client.post(f"/calls/{CallFactory().pk}/apply/")

    assert response.url.endswith("/sections/basics/")


def test_a_section_offers_its_own_and_leads_back_to_it(client, application):
    page = f"/applications/{application.pk}/sections/partners/"
    assert "沿用上次申报内容" in client.get(page).text

    response = client.post(f"/applications/{application.pk}/prefill/", {"sections": "partners"}, follow=True)

    assert response.redirect_chain[-1][0] == page
    assert "已沿用 1 个章节，共" in response.text
    assert "沿用上次申报内容" not in response.text


def test_the_offer_is_empty_once_all_is_taken(client, application, filler):
    sections = list(selectors.takeover_of(application))
    client.post(f"/applications/{application.pk}/prefill/", {"sections": sections})

    assert "没有可以沿用的内容" in client.get(f"/applications/{application.pk}/prefill/").text


def test_nothing_chosen_is_refused_in_words(client, application):
    response = client.post(f"/applications/{application.pk}/prefill/", {})

    assert (response.status_code, "没有可以沿用的上次申报内容。" in response.text) == (409, True)


def test_only_the_unit_is_offered_it(client, application):
    client.force_login(person(Role.BUREAU_CLERK))

    assert client.get(f"/applications/{application.pk}/prefill/").status_code == 404
