"""What each kind of call leads to: by which rules, on which books, through which steps."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from institutes.enums import CallKind


@dataclass(frozen=True, slots=True)
class KindOfCall:
    """A kind of call as data: another kind is another row here, with its own rules and books.

    ``edition`` is the kind of the editions that hold its rules, ``books`` the editions of the book that may be
    asked for, ``explained`` says what the call invites to, ``steps`` what happens with an application.
    """

    edition: str
    books: tuple[str, ...]
    explained: str | Promise
    steps: tuple[str | Promise, ...]


KINDS: Mapping[str, KindOfCall] = {
    CallKind.RECOGNITION: KindOfCall(
        edition="recognition",
        books=("2022",),
        explained=_("认定市级产业技术研究院：由“链主”企业或骨干企业牵头申报，认定后享受建设资金等政策"),
        steps=(
            _("申报人在线填报，系统自动保存"),
            _("本单位管理员审核后报送"),
            _("县级科技管理部门审核推荐"),
            _("市科技局形式审查"),
            _("第三方评审、现场考察"),
            _("局务会审议、公示、认定"),
        ),
    ),
}


def kind_of(code: str) -> KindOfCall:
    """How calls of this kind are carried out."""
    return KINDS[code]
