"""11 承诺."""

from django.utils.translation import gettext_lazy as _

from institutes.book.core import Section
from institutes.book.kinds import Date, MultiChoice, Text
from institutes.book.rules.commitment import everything_is_promised, signed_already

COMMITMENT = Section(
    code="commitment",
    number="11",
    title=_("承诺"),
    intro=_("请逐项阅读并勾选；打印承诺书，由法定代表人签字、加盖单位公章后作为附件上传。"),
    entries=(
        MultiChoice(
            code="commitments",
            label=_("承诺事项"),
            help=_("须全部勾选；有一项做不到的，请先处理好再申报。提供虚假材料的，取得的认定将被撤销。"),
            source="commitments",
        ),
        Text(
            code="signatory",
            label=_("承诺人（法定代表人）"),
            help=_("在承诺书上签字的人，与营业执照上的法定代表人一致。"),
            longest=50,
            private=True,
            identifying=True,
        ),
        Date(code="signed_on", label=_("签署日期"), help=_("承诺书上的签字日期，不能晚于今天。")),
    ),
    rules=(everything_is_promised, signed_already),
)
