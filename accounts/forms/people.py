"""Forms about people: profile, invitation, account, role."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import policy, selectors
from accounts.models import Organisation, User
from accounts.roles import GRANTABLE_ROLES, UNIT_ROLES
from records import clock
from records.desk import MoveForm

USERNAME_HELP = _("3 至 40 位，小写字母开头，可用小写字母、数字、点、横线和下划线。登录时使用，不能修改。")


class UsernameField(forms.RegexField):
    """A user name, as the database takes it."""

    default_error_messages = {"invalid": USERNAME_HELP}

    def __init__(self, **kwargs):
        widget = forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"})
        super().__init__(
            policy.USERNAME_PATTERN, **{"label": _("用户名"), "max_length": 40, "widget": widget} | kwargs
        )

    def to_python(self, value) -> str:
        return super().to_python(value).lower()


class MobileField(forms.RegexField):
    """A mobile number of the mainland."""

    default_error_messages = {"invalid": _("请填写 11 位手机号码。")}

    def __init__(self, **kwargs):
        widget = forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "numeric"})
        super().__init__(policy.MOBILE_PATTERN, **{"label": _("手机号码"), "widget": widget} | kwargs)


class FreeUsername:
    """Says at the field that a user name is taken, before the service would refuse it."""

    def clean_username(self) -> str:
        username = self.cleaned_data["username"]
        if User.objects.filter(username=username).exists():
            raise forms.ValidationError(_("该用户名已被使用，请换一个。"))
        return username


class PersonForm(FreeUsername, forms.Form):
    """Who a new account is for."""

    name = forms.CharField(label=_("姓名"), max_length=50)
    username = UsernameField(help_text=USERNAME_HELP)
    email = forms.EmailField(label=_("邮箱"), help_text=_("设置密码的链接将发送到此邮箱。"))
    mobile = MobileField(required=False)


class InvitationForm(PersonForm):
    """A colleague to be invited into the unit."""


class UserForm(PersonForm):
    """An account that the system administrator opens."""


class ProfileForm(forms.Form):
    """What a person changes about themselves."""

    name = forms.CharField(
        label=_("姓名"), max_length=50, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(label=_("邮箱"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    mobile = MobileField(required=False)


class RoleForm(forms.Form):
    """The role of a member within their unit."""

    role = forms.ChoiceField(label=_("角色"), choices=[(role.value, role.label) for role in UNIT_ROLES])


class GrantForm(forms.Form):
    """A role to be proposed for a person."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("单位"),
        empty_label=_("请选择"),
        widget=forms.Select(attrs={"data-searchable": ""}),
    )
    role = forms.ChoiceField(label=_("角色"), choices=[(role.value, role.label) for role in GRANTABLE_ROLES])
    since = forms.DateField(
        label=_("生效日期"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("截止日期"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("不填表示长期有效。"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = Organisation.objects.confirmed()

    def clean(self) -> dict:
        facts = super().clean()
        if facts.get("until") and facts.get("since") and facts["until"] < facts["since"]:
            self.add_error("until", _("截止日期不能早于生效日期。"))
        return facts


class ColleagueField(forms.ModelChoiceField):
    """A colleague, called by name."""

    def label_from_instance(self, obj):
        return obj.name


class DeputyForm(forms.Form):
    """A colleague who stands in, and for how long."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("单位"), empty_label=None)
    deputy = ColleagueField(User.objects.none(), label=_("代办人"), empty_label=_("请选择"))
    since = forms.DateField(
        label=_("开始日期"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("结束日期"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("含当日；到期自动结束，也可以提前结束。"),
    )

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        mine = [one.pk for one in user.organisations]
        self.fields["organisation"].queryset = Organisation.objects.filter(pk__in=mine)
        self.fields["deputy"].queryset = selectors.possible_deputies(user)
        if len(mine) == 1:
            self.fields["organisation"].initial = mine[0]
            self.fields["organisation"].widget = forms.HiddenInput()

    def clean(self) -> dict:
        given = super().clean()
        since, until = given.get("since"), given.get("until")
        if since and since < clock.today():
            self.add_error("since", _("开始日期不能早于今天。"))
        if since and until and until < since:
            self.add_error("until", _("结束日期不能早于开始日期。"))
        return given


class ReasonForm(MoveForm):
    """Why; goes into the register."""

    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
