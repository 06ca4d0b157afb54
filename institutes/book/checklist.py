"""What the book itself says to an item of the formal review: its boxes, its annexes, and the rules that compare them.

The same rules that the unit is held to while it fills in are asked here about a frozen version.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from accounts.policy import uscc_faults
from institutes.book.core import ANNEXES, Book, Rule, section_faults
from institutes.book.rules.base import projects_since_last
from institutes.book.rules.budget import partners_money_is_in_budget, sources_equal_uses, sources_since_last
from institutes.book.rules.commitment import everything_is_promised, signed_already
from institutes.book.rules.governance import bodies_are_complete, council_has_every_partner
from institutes.book.rules.host import (
    amounts_leap,
    capital_since_last,
    finance_since_last,
    host_is_who_registered,
    qualifications_still_valid,
    rd_within_revenue,
    registered_already,
    role_as_on_the_map,
)
from institutes.book.rules.partners import (
    agreements_cover_build_period,
    agreements_say_everything,
    contributions_since_last,
    partners_are_others,
    partners_of,
)
from institutes.book.rules.plan import targets_leap, targets_since_last
from institutes.book.rules.premises import (
    area_since_last,
    devices_since_last,
    equipment_adds_up,
    equipment_since_last,
    lease_covers_build_period,
    pilot_line_since_last,
)
from institutes.book.rules.shared import rows_in
from institutes.book.rules.team import degrees_as_listed, nobody_twice, parts_within_total, roster_agrees
from institutes.book.values import Answers, Fault, Setting
from institutes.enums import MarkKind

# What is compared with the unit's last application.
SINCE_LAST: tuple[Rule, ...] = (
    capital_since_last,
    finance_since_last,
    contributions_since_last,
    area_since_last,
    pilot_line_since_last,
    equipment_since_last,
    devices_since_last,
    projects_since_last,
    targets_since_last,
    sources_since_last,
)


@dataclass(frozen=True, slots=True)
class Matter:
    """What an item of the checklist is about: boxes of the book as ``section.entry``, and kinds of annexes."""

    boxes: tuple[str, ...]
    annexes: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()


def _is_sound(code: str) -> bool:
    return not uscc_faults(code)


def host_code_is_valid(answers: Answers, setting: Setting) -> Iterator[Fault]:
    """The check digit of the host's code."""
    code = answers.get("host", {}).get("uscc")
    if code and not _is_sound(code):
        yield Fault("host", "uscc", _("统一社会信用代码"), _("校验位不正确，请与营业执照核对。"))


def partners_codes_are_valid(answers: Answers, setting: Setting) -> Iterator[Fault]:
    for row in partners_of(answers):
        code = row.get("uscc")
        if code and not _is_sound(code):
            text = _("“{name}”的统一社会信用代码校验位不正确。").format(name=row.get("name", ""))
            yield Fault("partners", f"partners-{row['key']}-uscc", _("共建单位"), text)


def agreements_are_signed(answers: Answers, setting: Setting) -> Iterator[Fault]:
    for row in partners_of(answers):
        if not row.get("signed_on"):
            text = _("“{name}”的协议没有签订日期。").format(name=row.get("name", ""))
            yield Fault("partners", f"partners-{row['key']}-signed_on", _("共建单位"), text)


MATTERS: dict[str, Matter] = {
    "in_time": Matter(("basics.institute_name", "basics.established_on")),
    "registered_in_city": Matter(
        ("host.reg_address", "host.registered_on"), ("licence",), (registered_already,)
    ),
    "licence_agrees": Matter(
        ("host.host_name", "host.uscc", "host.legal_rep", "host.reg_capital"),
        ("licence",),
        (host_is_who_registered, host_code_is_valid),
    ),
    "chain_role_proved": Matter(
        ("basics.chain", "basics.segment", "host.chain_role"), ("chain_role_proof",), (role_as_on_the_map,)
    ),
    "agreements_valid": Matter(
        ("partners.partners", "basics.build_from", "basics.build_to"),
        ("agreement",),
        (
            agreements_are_signed,
            agreements_cover_build_period,
            agreements_say_everything,
            partners_are_others,
            partners_codes_are_valid,
        ),
    ),
    "governance_complete": Matter(
        ("governance.people", "governance.charter_on", "governance.independent_accounting"),
        ("charter", "council_list"),
        (bodies_are_complete, council_has_every_partner),
    ),
    "finance_complete": Matter(
        ("host.finance", "host.qualifications"),
        ("audit_report", "tax_clearance"),
        (qualifications_still_valid,),
    ),
    "roster_agrees": Matter(
        ("team.headcount_total", "team.rd_fulltime", "team.rd_parttime", "team.roster"),
        ("roster_proof",),
        (roster_agrees, parts_within_total, degrees_as_listed, nobody_twice),
    ),
    "equipment_agrees": Matter(
        ("premises.equipment_value", "premises.equipment", "premises.tenure", "premises.lease_to"),
        ("equipment_ledger", "premises_proof"),
        (equipment_adds_up, lease_covers_build_period),
    ),
    "no_unit_error": Matter(
        (
            "host.reg_capital",
            "host.finance",
            "host.rd_reason",
            "partners.partners",
            "premises.area_m2",
            "premises.pilot_line_m2",
            "premises.equipment_value",
            "plan.targets",
            "budget.sources",
            "budget.uses",
        ),
        (),
        (
            amounts_leap,
            targets_leap,
            *SINCE_LAST,
            rd_within_revenue,
            sources_equal_uses,
            partners_money_is_in_budget,
        ),
    ),
    "clean_record": Matter(("host.clean_record",), ("credit_report",)),
    "commitment_sealed": Matter(
        ("commitment.commitments", "commitment.signatory", "commitment.signed_on"),
        ("commitment_page", "ip_list", "achievement_proof", "county_support", "other"),
        (everything_is_promised, signed_already),
    ),
}
_NOTHING = Matter(())


def matter_of(item: str) -> Matter:
    """What an item is about; nothing for one that this edition of the book does not know."""
    return MATTERS.get(item, _NOTHING)


def noticed(item: str, answers: Answers, setting: Setting) -> list[Fault]:
    """What does not agree under an item of the checklist; nothing where there is nothing to compare."""
    return [fault for rule in matter_of(item).rules for fault in rule(answers, setting)]


def lacking(
    declared: Book, item: str, answers: Answers, held: Mapping[str, int], setting: Setting
) -> list[Fault]:
    """Which boxes and annexes of an item are not there, though they are asked for."""
    matter, found = matter_of(item), list[Fault]()
    sections = dict.fromkeys(box.partition(".")[0] for box in matter.boxes)
    for section in filter(None, map(declared.section, sections)):
        blank = section_faults(replace(section, rules=()), answers, setting)
        found += [one for one in blank if f"{one.section}.{one.path.partition('-')[0]}" in matter.boxes]
    for annex in filter(None, map(declared.annex, matter.annexes)):
        needed, have = annex.needed(answers, setting), held.get(annex.code, 0)
        if have < needed:
            text = _("需 {n} 份，只有 {m} 份。").format(n=needed, m=have)
            found.append(Fault(ANNEXES, f"annex-{annex.code}", str(annex.label), text, annex.clause))
    return found


def places_of(declared: Book, item: str) -> dict[str, str]:
    """Where an item can be mended, as ``section.field`` with its name: what a reason for returning it points to."""
    matter, found = matter_of(item), dict[str, str]()
    for box in matter.boxes:
        code, _dot, field = box.partition(".")
        section = declared.section(code)
        if section and (entry := section.entry(field)):
            found[box] = str(entry.label)
    for kind in matter.annexes:
        if annex := declared.annex(kind):
            found[f"{ANNEXES}.annex-{kind}"] = _("附件：{label}").format(label=annex.label)
    return found


# --- what should stand in one application alone -----------------------------------------------------------------------

_MARKED: tuple[tuple[str, str, str, str], ...] = (
    (MarkKind.PARTNER, "partners", "partners", "uscc"),
    (MarkKind.PATENT, "base", "patents", "number"),
    (MarkKind.SOFTWARE, "base", "software", "number"),
    (MarkKind.STANDARD, "base", "standards", "number"),
    (MarkKind.PROJECT, "base", "projects", "number"),
)


def marks_of(answers: Answers) -> list[tuple[str, str]]:
    """Kind and value of everything by which another application with the same is found, each once."""
    found = {
        (str(kind), _plain(row.get(column)))
        for kind, section, table, column in _MARKED
        for row in rows_in(answers, section, table)
        if _plain(row.get(column))
    }
    return sorted(found)


def _plain(value: object) -> str:
    """A number as it is compared: without spaces, in capitals."""
    return "".join(str(value or "").split()).upper()[:120]
