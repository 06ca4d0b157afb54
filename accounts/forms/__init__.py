from accounts.forms.entry import FirstPasswordForm, NewPasswordForm, ResetForm, SignInForm
from accounts.forms.filters import MemberFilter, OrganisationFilter, RegistrationFilter, UserFilter
from accounts.forms.people import GrantForm, InvitationForm, ProfileForm, ReasonForm, RoleForm, UserForm
from accounts.forms.registration import (
    OrganisationForm,
    RefuseForm,
    RegistrationForm,
    ResubmitForm,
    UsccQuestion,
)

__all__ = [
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
