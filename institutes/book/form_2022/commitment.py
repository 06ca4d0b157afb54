"""11 承诺."""

from django.utils.translation import gettext_lazy as _

from institutes.book.core import Section
from institutes.book.kinds import Date, MultiChoice, Text
from institutes.book.rules.commitment import everything_is_promised, signed_already

COMMITMENT = Section(
    code="commitment",
    number="11",
    title=_("承诺"),
    intro=_("请逐项阅读并勾选，打印承诺书由法定代表人签字、加盖单位公章后扫描上传。"),
    entries=(
        MultiChoice(code="commitments", label=_("承诺事项"), source="commitments"),
        Text(code="signatory", label=_("承诺人（法定代表人）"), longest=50, private=True, identifying=True),
        Date(code="signed_on", label=_("签署日期")),
    ),
    rules=(everything_is_promised, signed_already),
)
