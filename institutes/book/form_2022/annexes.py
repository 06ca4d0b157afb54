"""The annexes of the book, and which of them are asked for as the book now stands."""

from django.utils.translation import gettext_lazy as _

from institutes.book.core import Annex
from institutes.book.rules import asked_years, partners_of
from institutes.book.values import Answers, Setting


def _one(answers: Answers, setting: Setting) -> int:
    return 1


def _as_one_likes(answers: Answers, setting: Setting) -> int:
    return 0


def _per_year(answers: Answers, setting: Setting) -> int:
    return len(asked_years(setting, answers.get("host", {})))


def _per_partner(answers: Answers, setting: Setting) -> int:
    return max(1, len(partners_of(answers)))


def _unless_on_the_map(answers: Answers, setting: Setting) -> int:
    """The chain map itself proves the role of those that stand on it."""
    place = (answers.get("basics", {}).get("chain"), answers.get("host", {}).get("chain_role"))
    return 0 if place in setting.host.chain_roles else 1


ANNEXES = (
    Annex(code="licence", label=_("营业执照"), section="host", needed=_one),
    Annex(
        code="audit_report",
        label=_("审计报告"),
        section="host",
        needed=_per_year,
        help=_("近三个会计年度，每年一份；成立不足三年的两份。"),
    ),
    Annex(
        code="chain_role_proof",
        label=_("“链主”或骨干企业证明"),
        section="host",
        needed=_unless_on_the_map,
        help=_("已列入市产业链图谱的免交。"),
        clause="二(一)",
    ),
    Annex(
        code="agreement",
        label=_("共建协议"),
        section="partners",
        needed=_per_partner,
        help=_("每家共建单位一份，双方签章。"),
        clause="二(三)1",
    ),
    Annex(code="charter", label=_("研究院章程"), section="governance", needed=_one, clause="二(三)4"),
    Annex(
        code="commitment_page",
        label=_("承诺书（签字盖章页）"),
        section="commitment",
        needed=_one,
    ),
    Annex(
        code="council_list", label=_("理事会、专家指导委员会名单"), section="governance", needed=_as_one_likes
    ),
    Annex(code="credit_report", label=_("信用报告（信用中国）"), section="host", needed=_as_one_likes),
    Annex(code="tax_clearance", label=_("完税证明"), section="host", needed=_as_one_likes),
    Annex(code="other", label=_("其他佐证材料"), section="plan", needed=_as_one_likes),
)
