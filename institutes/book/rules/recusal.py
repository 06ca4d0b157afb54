"""12: whom the unit asks to stay away: a person or an employer, with a reason."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from institutes.book.rules.shared import row_fault, rows_in
from institutes.book.values import Answers, Fault, Setting


def exclusions_of(answers: Answers) -> list[dict]:
    return rows_in(answers, "recusal", "exclusions")


def unwanted_by(answers: Answers) -> set[str]:
    """The people, and where nobody is named the employers, that the unit asks to stay away."""
    named = (row.get("expert") or row.get("employer") or "" for row in exclusions_of(answers))
    return {name.strip() for name in named if name.strip()}


def somebody_is_named(answers: Answers, setting: Setting) -> Iterator[Fault]:
    rows = exclusions_of(answers)
    for row in rows:
        if not row.get("expert") and not row.get("employer"):
            text = _("请填写专家姓名或工作单位，至少一项。")
            yield row_fault("recusal", "exclusions", rows, row, "expert", _("申请回避"), text)
