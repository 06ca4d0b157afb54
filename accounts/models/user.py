"""A person who signs in."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin, UserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models.membership import Membership
from accounts.policy import USERNAME_PATTERN
from accounts.reach import ReachSummary, reach_of
from accounts.roles import SYSTEM_USERNAME, Role, powers_of
from records import clock
from records.constraints import together
from records.crypto import EncryptedTextField, masked


class UserQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def set_before(self, moment: datetime):
        """Whose password dates from then or earlier; one without a date is as old as the account."""
        return self.alias(set_at=Coalesce("password_changed_at", "created_at")).filter(set_at__lte=moment)


class PeopleManager(UserManager.from_queryset(UserQuerySet)):
    """Finds people by user name, however it is typed. Nobody is a superuser: rights come from roles."""

    use_in_migrations = False

    def get_by_natural_key(self, username):
        return self.get(username=username.strip().lower())

    def create_superuser(self, *args, **kwargs):
        raise NotImplementedError("Rights come from roles: use `manage.py create_administrators`.")


class User(AbstractBaseUser, PermissionsMixin):
    """A person. What they may do comes from memberships: which role, for which organisation."""

    username = models.CharField(_("用户名"), max_length=40, unique=True)
    name = models.CharField(_("姓名"), max_length=50)
    email = models.EmailField(_("邮箱"), blank=True)
    mobile = EncryptedTextField(blank=True, default="")
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    password_changed_at = models.DateTimeField(null=True, blank=True)
    password_changed_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = PeopleManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["username"]
        constraints = [
            together("password_changed_at", "password_changed_by"),
            models.CheckConstraint(
                condition=Q(username__regex=USERNAME_PATTERN), name="accounts_user_username_well_formed"
            ),
            models.CheckConstraint(condition=Q(is_superuser=False), name="accounts_user_never_superuser"),
        ]
        verbose_name = "用户"
        verbose_name_plural = "用户"

    def __str__(self):
        return f"{self.name}（{self.username}）"

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def refresh_from_db(self, *args, **kwargs):
        super().refresh_from_db(*args, **kwargs)
        self.__dict__.pop("memberships_active", None)

    @property
    def is_system(self) -> bool:
        """The actor of what the clock does; nobody can sign in as it."""
        return self.username == SYSTEM_USERNAME

    @property
    def is_staff(self) -> bool:
        """Who may open Django's admin site: read-only there, as everywhere outside the services."""
        return self.can("portal.use_admin")

    @property
    def password_is_borrowed(self) -> bool:
        """Whether somebody else chose the password."""
        return self.password_changed_by_id not in (None, self.pk)

    @property
    def mobile_masked(self) -> str:
        return masked(self.mobile)

    @cached_property
    def memberships_active(self) -> tuple[Membership, ...]:
        """Memberships in effect today, of confirmed organisations; read once per request."""
        if not self.is_active:
            return ()
        rows = self.memberships.in_effect(clock.today()).select_related("organisation__division")
        return tuple(rows.order_by("pk"))

    def holds(self, *roles: str) -> bool:
        """Whether this person holds any of ``roles`` somewhere."""
        if self.is_system:
            return Role.SYSTEM in roles
        return any(membership.role in roles for membership in self.memberships_active)

    def can(self, power: str) -> bool:
        """Whether one of the roles held carries ``power`` (things that are no move of a case)."""
        return any(power in powers_of(membership.role) for membership in self.memberships_active)

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles held, each once, in the order of the table of roles."""
        held = {membership.role for membership in self.memberships_active}
        return tuple(role for role in Role if role in held)

    @property
    def organisations(self) -> list:
        """The organisations this person belongs to, each once."""
        return list(dict.fromkeys(membership.organisation for membership in self.memberships_active))

    @property
    def offices(self) -> list[str]:
        """What this person's rights rest on today: each role with the organisation in which it is held."""
        return sorted(
            f"{membership.role}@{membership.organisation_id}" for membership in self.memberships_active
        )

    @property
    def reach(self) -> ReachSummary:
        """Which organisations, divisions or the whole city all roles together reach."""
        return reach_of(self.memberships_active)

    def has_perm(self, perm: str, obj=None) -> bool:
        """Django's own question, answered by roles first; object permissions stay with guardian."""
        return (obj is None and self.can(perm)) or super().has_perm(perm, obj)

    def has_module_perms(self, app_label: str) -> bool:
        powers = (power for membership in self.memberships_active for power in powers_of(membership.role))
        return any(power.startswith(f"{app_label}.") for power in powers) or super().has_module_perms(
            app_label
        )
