"""What the criteria ask, taken from the book: plain facts. None where this edition of the book cannot tell."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from institutes import policy
from institutes.book.kinds import NO, YES
from institutes.book.rules import (
    ACADEMIC_PARTNERS,
    COMMITTEE,
    COUNCIL,
    DIRECTOR,
    ENTERPRISE_PARTNERS,
    asked_years,
    day_of,
    partners_of,
    people_in,
)
from institutes.book.rules.base import INVENTION, PATENTS, SOFTWARE, is_recent, results_of
from institutes.book.values import Answers, Setting
from institutes.policy import Fact

# Where in the book each fact is filled in: section and box. Facts that come from elsewhere have no place here.
PLACES: dict[str, tuple[str, str]] = {
    "has_chain": ("basics", "chain"),
    "host_has_chain_role": ("host", "chain_role"),
    "host_registered_months": ("host", "registered_on"),
    "host_rd_intensity": ("host", "finance"),
    "host_rd_expense": ("host", "finance"),
    "no_similar_platform": ("host", "similar_platform"),
    "has_clean_record": ("host", "clean_record"),
    "partners": ("partners", "partners"),
    "chain_partners": ("partners", "partners"),
    "academic_partners": ("partners", "partners"),
    "enterprise_partners": ("partners", "partners"),
    "has_council": ("governance", "people"),
    "has_expert_committee": ("governance", "people"),
    "has_director": ("governance", "people"),
    "independent_accounting": ("governance", "independent_accounting"),
    "rd_fulltime": ("team", "rd_fulltime"),
    "rd_share": ("team", "headcount_total"),
    "premises_area": ("premises", "area_m2"),
    "equipment_value": ("premises", "equipment_value"),
    "invention_patents": ("base", PATENTS),
    "other_intellectual_property": ("base", PATENTS),
}

# What a fact is called where a criterion may be met in more than one way.
NAMES: dict[str, Promise] = {
    "host_rd_intensity": gettext_lazy("研发费用占营业收入"),
    "host_rd_expense": gettext_lazy("研发费用"),
    "invention_patents": gettext_lazy("发明专利"),
    "other_intellectual_property": gettext_lazy("其他知识产权"),
}


def facts(answers: Answers, setting: Setting) -> dict[str, Fact]:
    """The facts of an application, by the names that the criteria of the edition use."""
    return {
        **_of_host(answers, setting),
        **_of_finance(answers, setting),
        **_of_partners(answers),
        **_of_bodies(answers, setting),
        **_of_team(answers),
        **_of_premises(answers),
        **_of_base(answers, setting),
    }


def _answer(value: object) -> bool | None:
    return {YES: True, NO: False}.get(str(value))


def _of_host(answers: Answers, setting: Setting) -> dict[str, Fact]:
    basics, host = answers.get("basics", {}), answers.get("host", {})
    registered = day_of(host.get("registered_on"))
    similar = _answer(host.get("similar_platform"))
    return {
        "host_is_enterprise": setting.host.is_enterprise,
        "host_registered_in_city": setting.host.in_city,
        "host_has_chain_role": bool(host["chain_role"]) if host.get("chain_role") else None,
        "has_clean_record": _answer(host.get("clean_record")),
        "no_similar_platform": None if similar is None else not similar,
        "host_registered_months": policy.whole_months(registered, setting.closes_on) if registered else None,
        "has_chain": bool(basics.get("chain")) if basics else None,
    }


def _of_finance(answers: Answers, setting: Setting) -> dict[str, Fact]:
    """The latest year asked decides."""
    host = answers.get("host", {})
    finance, latest = host.get("finance") or {}, asked_years(setting, host)[-1]
    revenue = policy.as_decimal(finance.get("revenue", {}).get(latest))
    spent = policy.as_decimal(finance.get("rd_expense", {}).get(latest))
    return {
        "host_rd_intensity": policy.share(spent, revenue),
        "host_rd_intensity_base": revenue,
        "host_rd_expense": spent,
    }


def _of_partners(answers: Answers) -> dict[str, Fact]:
    kinds = [row.get("kind") for row in partners_of(answers)]
    return {
        "partners": len(kinds),
        "chain_partners": sum(kind in ACADEMIC_PARTNERS | ENTERPRISE_PARTNERS for kind in kinds),
        "academic_partners": sum(kind in ACADEMIC_PARTNERS for kind in kinds),
        "enterprise_partners": sum(kind in ENTERPRISE_PARTNERS for kind in kinds),
    }


def _of_bodies(answers: Answers, setting: Setting) -> dict[str, Fact]:
    governance, limits = answers.get("governance", {}), setting.limits
    if not governance:
        return dict.fromkeys(
            ["has_council", "has_expert_committee", "has_director", "independent_accounting"]
        )
    return {
        "has_council": len(people_in(answers, COUNCIL)) >= limits["council_min"],
        "has_expert_committee": len(people_in(answers, COMMITTEE)) >= limits["expert_committee_min"],
        "has_director": len(people_in(answers, DIRECTOR)) == limits["directors"],
        "independent_accounting": _answer(governance.get("independent_accounting")),
    }


def _of_team(answers: Answers) -> dict[str, Fact]:
    """Head counts as declared; the roster has to agree with them."""
    team = answers.get("team", {})
    full, part, total = (
        policy.as_decimal(team.get(code)) for code in ("rd_fulltime", "rd_parttime", "headcount_total")
    )
    researchers = None if full is None or part is None else full + part
    return {"rd_fulltime": full, "rd_share": policy.share(researchers, total)}


def _of_premises(answers: Answers) -> dict[str, Fact]:
    premises = answers.get("premises", {})
    return {
        "premises_area": policy.as_decimal(premises.get("area_m2")),
        "equipment_value": policy.as_decimal(premises.get("equipment_value")),
    }


def _of_base(answers: Answers, setting: Setting) -> dict[str, Fact]:
    """Intellectual property of the recent years; once the section is begun, no row means none."""
    if not answers.get("base"):
        return {"invention_patents": None, "other_intellectual_property": None}
    patents = [row for row in results_of(answers, PATENTS) if is_recent(row, PATENTS, setting)]
    software = [row for row in results_of(answers, SOFTWARE) if is_recent(row, SOFTWARE, setting)]
    inventions = sum(row.get("kind") == INVENTION for row in patents)
    return {
        "invention_patents": inventions,
        "other_intellectual_property": len(patents) - inventions + len(software),
    }
