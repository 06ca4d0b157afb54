from accounts.forms.entry import CodeForm, FirstPasswordForm, NewPasswordForm, ResetForm, SignInForm
from accounts.forms.filters import MemberFilter, OrganisationFilter, RegistrationFilter, UserFilter
from accounts.forms.people import (
    DeputyForm,
    GrantForm,
    InvitationForm,
    ProfileForm,
    ReasonForm,
    RoleForm,
    UserForm,
)
from accounts.forms.registration import (
    OrganisationForm,
    RefuseForm,
    RegistrationForm,
    ResubmitForm,
    UsccQuestion,
)

__all__ = [
    "CodeForm",
    "DeputyForm",
    "FirstPasswordForm",
    "GrantForm",
    "InvitationForm",
    "MemberFilter",
    "NewPasswordForm",
    "OrganisationFilter",
    "OrganisationForm",
    "ProfileForm",
    "ReasonForm",
    "RefuseForm",
    "RegistrationFilter",
    "RegistrationForm",
    "ResetForm",
    "ResubmitForm",
    "RoleForm",
    "SignInForm",
    "UsccQuestion",
    "UserFilter",
    "UserForm",
]
