"""Forms of registration: the unit, its first administrator, and what the county answers."""

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from accounts import policy, selectors
from accounts.divisions import FORMER_CODES
from accounts.enums import UNIT_KINDS, OrganisationKind
from accounts.forms.people import USERNAME_HELP, FreeUsername, MobileField, UsernameField
from accounts.models import AccountEdition, Division, User
from records import clock
from records.desk import MoveForm


class UsccField(forms.CharField):
    """A unified social credit code: checked as it stands, pasted with spaces or in small letters."""

    def __init__(self, **kwargs):
        given = {
            "label": _("统一社会信用代码"),
            "max_length": 40,
            "help_text": _("18 位，见营业执照或事业单位法人证书。"),
            "widget": forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"}),
        }
        super().__init__(**given | kwargs)

    def to_python(self, value) -> str:
        return policy.normalised_uscc(super().to_python(value))

    def validate(self, value) -> None:
        super().validate(value)
        if value and (faults := policy.uscc_faults(value)):
            raise forms.ValidationError(faults)


class UnitFields(forms.Form):
    """The facts of a unit, as they stand on its licence."""

    name = forms.CharField(
        label=_("单位名称"), max_length=100, help_text=_("与营业执照或法人证书上的名称完全一致。")
    )
    uscc = UsccField()
    division = forms.ModelChoiceField(
        Division.objects.none(),
        label=_("所在县（市、区）"),
        empty_label=_("请选择"),
        help_text=_("由该县（市、区）科技管理部门核对并确认注册。"),
    )
    address = forms.CharField(label=_("注册地址"), max_length=200)
    legal_rep = forms.CharField(label=_("法定代表人"), max_length=50)
    registered_on = forms.DateField(
        label=_("成立日期"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "off"}),
    )
    own_id: int | None = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["division"].queryset = selectors.recommending_divisions()

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if selectors.registered_as(name, besides=self.own_id):
            raise forms.ValidationError(_("该单位名称已注册，请联系贵单位管理员为您开通账户。"))
        return name

    def clean_uscc(self) -> str:
        uscc = self.cleaned_data["uscc"]
        if other := selectors.registered_under(uscc, besides=self.own_id):
            words = _("该代码已由“%(name)s”注册，请联系贵单位管理员为您开通账户。")
            raise forms.ValidationError(words % {"name": other})
        return uscc

    def clean_registered_on(self):
        day = self.cleaned_data["registered_on"]
        if day > clock.today():
            raise forms.ValidationError(_("成立日期不能晚于今天。"))
        return day


class RegistrationForm(FreeUsername, UnitFields):
    """A unit and its first administrator."""

    kind = forms.ChoiceField(
        label=_("单位类型"),
        choices=[(kind.value, kind.label) for kind in UNIT_KINDS],
        initial=OrganisationKind.ENTERPRISE,
        widget=forms.RadioSelect,
    )
    person = forms.CharField(
        label=_("姓名"), max_length=50, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    mobile = MobileField()
    email = forms.EmailField(
        label=_("邮箱"),
        help_text=_("用于接收办理通知和找回密码。"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    username = UsernameField(help_text=USERNAME_HELP)
    password = forms.CharField(
        label=_("密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password_again = forms.CharField(
        label=_("再次输入密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    unit_fields = ("kind", "name", "uscc", "division", "address", "legal_rep", "registered_on")
    person_fields = ("person", "mobile", "email", "username", "password", "password_again")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = AccountEdition.password_rules().in_words()

    def clean(self) -> dict:
        facts = super().clean()
        self._check_password(facts)
        return {name: value for name, value in facts.items() if name != "password_again"}

    def _check_password(self, facts: dict) -> None:
        password = facts.get("password")
        if not password:
            return
        if facts.get("password_again", password) != password:
            self.add_error("password_again", _("两次输入的密码不一致。"))
        person = User(
            **{name: facts.get(name, "") for name in ("username", "email")}, name=facts.get("person", "")
        )
        self._judge(password, person)

    def _judge(self, password: str, person: User) -> None:
        try:
            validate_password(password, person)
        except forms.ValidationError as error:
            self.add_error("password", error)

    def unit(self) -> list:
        """The first part of the page."""
        return [self[name] for name in self.unit_fields]

    def administrator(self) -> list:
        """The second part of the page."""
        return [self[name] for name in self.person_fields]


class ResubmitForm(MoveForm, UnitFields):
    """A refused registration, mended."""

    def __init__(self, *args, subject=None, **kwargs):
        super().__init__(*args, subject=subject, **kwargs)
        self.own_id = subject.pk
        for name, field in self.fields.items():
            field.initial = getattr(subject, name)


class RefuseForm(MoveForm):
    """Why a county does not confirm; the applicant reads it."""

    reason = forms.CharField(
        label=_("不予通过的理由"),
        max_length=500,
        help_text=_("注册单位会看到这段话，请写明哪里不符、怎样修改。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class OrganisationForm(forms.Form):
    """An office, an agency or another body that need not register itself."""

    kind = forms.ChoiceField(label=_("类别"), choices=OrganisationKind.choices)
    name = forms.CharField(label=_("名称"), max_length=100)
    short_name = forms.CharField(label=_("简称"), max_length=30, required=False)
    division = forms.ModelChoiceField(
        Division.objects.none(),
        label=_("县（市、区）"),
        required=False,
        empty_label=_("市级"),
        help_text=_("企业和县级部门必须选择。"),
    )
    uscc = UsccField(required=False)
    address = forms.CharField(label=_("地址"), max_length=200, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["division"].queryset = selectors.recommending_divisions()

    def clean(self) -> dict:
        facts = super().clean()
        local = (
            OrganisationKind.ENTERPRISE,
            OrganisationKind.COUNTY_GOVERNMENT,
            OrganisationKind.COUNTY_FINANCE,
        )
        if facts.get("kind") in local and not facts.get("division"):
            self.add_error("division", _("请选择所在县（市、区）。"))
        return facts


class UsccQuestion(forms.Form):
    """Asked while a person types: can this be our code, and is it free?"""

    uscc = UsccField(required=False)
    division = forms.ModelChoiceField(Division.objects.all(), required=False)

    def hint(self) -> str:
        """A word about a code that was given out elsewhere, which is lawful after a move."""
        return office_hint(self.cleaned_data.get("uscc", ""), self.cleaned_data.get("division"))


def office_hint(uscc: str, division: Division | None) -> str:
    """Whether the code names another county than the one chosen: to be looked at, never refused."""
    if not uscc or division is None:
        return ""
    if not policy.registered_elsewhere(uscc, division.code, former=FORMER_CODES):
        return ""
    return _(
        "代码中的登记机关（%(office)s）不是%(division)s。单位迁址后常有此情况，请核对所选县（市、区）。"
    ) % {
        "office": uscc[2:8],
        "division": division,
    }
