"""Forms at the door: signing in, and passwords."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.utils.translation import gettext_lazy as _

from accounts.models import AccountEdition


class SignInForm(AuthenticationForm):
    """User name and password. The name is taken in any case and with stray spaces."""

    error_messages = {
        "invalid_login": _("用户名或密码不正确，请重新输入。连续多次输错，将暂停登录一段时间。"),
        "inactive": _("该账户已停用，请联系本单位管理员或系统管理员。"),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("用户名")
        self.fields["password"].label = _("密码")

    def clean_username(self) -> str:
        return self.cleaned_data["username"].strip().lower()


class ResetForm(forms.Form):
    """The address to which the link goes."""

    email = forms.EmailField(label=_("邮箱"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))


class NewPasswordForm(SetPasswordForm):
    """A new password, typed twice."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label = _("新密码")
        self.fields["new_password1"].help_text = AccountEdition.password_rules().in_words()
        self.fields["new_password2"].label = _("再次输入新密码")
        self.fields["new_password2"].help_text = ""


class FirstPasswordForm(NewPasswordForm):
    """What an invited person supplies: their name, and a password of their own."""

    name = forms.CharField(
        label=_("姓名"), max_length=50, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    field_order = ["name", "new_password1", "new_password2"]

    def __init__(self, user, *args, **kwargs):
        super().__init__(user, *args, **kwargs)
        self.fields["name"].initial = user.name if user else ""


class CodeForm(forms.Form):
    """A code of the app, or one of those for the day the phone is lost."""

    code = forms.CharField(
        label=_("验证码"),
        max_length=20,
        help_text=_("手机应用显示的 6 位数字。"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "none"}),
    )
