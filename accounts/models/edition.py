"""Time limits of this room, as the policy file gives them."""

from datetime import date, timedelta

from accounts.policy import LoginRules, PasswordRules
from records import clock
from records.models import Edition

TIME_LIMITS = "time_limits"
LETTERS = "letters"
SECURITY = "security"
DEPUTIES = "deputies"


class AccountEdition(Edition):
    """Working days for confirming registrations and approving roles; how long links hold; how safe accounts are."""

    class Meta(Edition.Meta):
        verbose_name = "账户时限"
        verbose_name_plural = "账户时限"

    @classmethod
    def working_days(cls, key: str, *, on: date) -> int:
        """The time limit ``key`` in force on that day; without a loaded policy this fails loudly."""
        return cls.objects.in_force(TIME_LIMITS, on).terms[key]

    @classmethod
    def deputy_days(cls, *, on: date) -> int:
        """For how many days at most a colleague stands in."""
        return cls.objects.in_force(DEPUTIES, on).terms["longest_days"]

    @classmethod
    def is_loaded(cls) -> bool:
        """Whether an edition says how safe accounts have to be today."""
        return cls.objects.filter(kind=SECURITY, valid_from__lte=clock.today()).exists()

    @classmethod
    def password_rules(cls) -> PasswordRules:
        """What the edition in force today asks of passwords; without a loaded policy this fails loudly."""
        return PasswordRules.of(cls.objects.in_force(SECURITY, clock.today()).terms["password"])

    @classmethod
    def login_rules(cls) -> LoginRules:
        """What the edition in force today says about signing in and staying signed in."""
        return LoginRules.of(cls.objects.in_force(SECURITY, clock.today()).terms["login"])

    @classmethod
    def proof_age(cls) -> timedelta:
        """For how long a password or code, once given, counts before money moves or a number is shown in full."""
        return timedelta(minutes=cls.objects.in_force(SECURITY, clock.today()).terms["proof"]["minutes"])
