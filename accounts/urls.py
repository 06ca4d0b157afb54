"""Addresses of this room."""

from django.urls import path

from accounts.views import entry, members, organisations, people, registration, second_step, users, visits

app_name = "accounts"

urlpatterns = [
    path("login/", entry.SignIn.as_view(), name="login"),
    path("login/code/", second_step.login_code, name="login-code"),
    path("logout/", entry.SignOut.as_view(), name="logout"),
    path("password/", entry.ChangePassword.as_view(), name="password-change"),
    path("password/reset/", entry.AskReset.as_view(), name="password-reset"),
    path("password/reset/sent/", entry.reset_sent, name="password-reset-sent"),
    path("password/reset/done/", entry.reset_done, name="password-reset-done"),
    path(
        "password/reset/<uidb64>/<token>/",
        entry.FinishReset.as_view(),
        name="password-reset-confirm",
    ),
    path("invitation/<uidb64>/<token>/", entry.AcceptInvitation.as_view(), name="invitation"),
    path("register/", registration.register, name="register"),
    path("register/uscc/", registration.uscc_check, name="uscc-check"),
    path("registrations/", registration.registration_list, name="registration-list"),
    path("registrations/<int:pk>/", registration.registration, name="registration"),
    path(
        "registrations/<int:pk>/moves/<slug:action>/",
        registration.registration_move,
        name="registration-move",
    ),
    path("account/", people.account, name="account"),
    path("account/deputies/", people.deputy_list, name="deputy-list"),
    path("account/deputies/<int:pk>/end/", people.deputy_end, name="deputy-end"),
    path("account/visits/", visits.visit_list, name="visit-list"),
    path("account/visits/others/end/", visits.visit_end_others, name="visit-end-others"),
    path("account/visits/<int:pk>/end/", visits.visit_end, name="visit-end"),
    path("account/second-step/", second_step.second_step, name="second-step"),
    path("account/second-step/drop/", second_step.second_step_drop, name="second-step-drop"),
    path("members/", members.member_list, name="member-list"),
    path("members/invite/", members.member_invite, name="member-invite"),
    path("members/<int:pk>/", members.member, name="member"),
    path("members/<int:pk>/role/", members.member_role, name="member-role"),
    path("members/<int:pk>/resend/", members.member_resend, name="member-resend"),
    path("members/<int:pk>/end/", members.member_end, name="member-end"),
    path("organisations/", organisations.organisation_list, name="organisation-list"),
    path("organisations/export/", organisations.organisation_export, name="organisation-export"),
    path("organisations/new/", organisations.organisation_create, name="organisation-create"),
    path("organisations/<int:pk>/", organisations.organisation, name="organisation"),
    path("users/", users.user_list, name="user-list"),
    path("users/new/", users.user_create, name="user-create"),
    path("users/<int:pk>/", users.user, name="user"),
    path("users/<int:pk>/grants/", users.user_grant, name="user-grant"),
    path(
        "users/<int:pk>/deactivate/",
        users.user_activity,
        {"action": "deactivate"},
        name="user-deactivate",
    ),
    path(
        "users/<int:pk>/reactivate/",
        users.user_activity,
        {"action": "reactivate"},
        name="user-reactivate",
    ),
    path("users/<int:pk>/visits/end/", visits.user_visits_end, name="user-visits-end"),
    path(
        "users/<int:pk>/second-step/reset/",
        second_step.user_second_step_reset,
        name="user-second-step-reset",
    ),
    path("grants/", users.grant_list, name="grant-list"),
    path("grants/<int:pk>/", users.grant, name="grant"),
    path("grants/<int:pk>/moves/<slug:action>/", users.grant_move, name="grant-move"),
    path("lockouts/", users.lockout_list, name="lockout-list"),
    path("lockouts/<int:pk>/unlock/", users.lockout_end, name="lockout-end"),
]
