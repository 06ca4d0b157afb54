"""11: everything is promised."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institutes.book.rules.shared import day_has_come
from institutes.book.values import Answers, Fault, Setting


def everything_is_promised(answers: Answers, setting: Setting) -> Iterator[Fault]:
    ticked = answers.get("commitment", {}).get("commitments") or ()
    for code, label in setting.choices("commitments"):
        if ticked and code not in ticked:
            text = _("未勾选“%(label)s”。") % {"label": label}
            yield Fault("commitment", "commitments", _("承诺事项"), text)


signed_already = day_has_come("commitment", "signed_on", gettext_lazy("签署日期"))
