"""The password of the demo is published; production takes it from nobody, whatever its database holds."""

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from portal.demo.accounts import PASSWORD


class NoDemoPasswordInProduction:
    """An authentication backend that never lets anybody in, and here and there keeps somebody out.

    It has no ``get_user``: nobody's session is ever its own, and ``force_login`` of tests passes it by.
    """

    def authenticate(self, request, password=None, **credentials):
        if settings.PRODUCTION and password == PASSWORD:
            raise PermissionDenied
        return None


class NotTheDemoPassword:
    """Outside the demo nobody may choose the published password."""

    def validate(self, password: str, user=None) -> None:
        if password == PASSWORD and not settings.DEMO:
            raise ValidationError(self.get_help_text(), code="demo-password")

    def get_help_text(self) -> str:
        return _("不能使用演示环境的公开密码。")
