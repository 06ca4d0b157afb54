"""The documents that say what the code says are written from the code."""

from accounts.roles import Role
from portal.management.commands.describe_lifecycles import PAGE, describe


def test_the_page_of_lifecycles_is_up_to_date():
    written = PAGE.read_text(encoding="utf-8")

    assert written == describe(), "run: ./run manage describe_lifecycles"


def test_every_role_stands_in_the_glossary():
    glossary = (PAGE.parent / "glossary.md").read_text(encoding="utf-8")

    assert [role for role in Role.values if f"`{role}`" not in glossary] == []
