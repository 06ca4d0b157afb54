from accounts.models.deputy import Deputy
from accounts.models.division import Division
from accounts.models.edition import AccountEdition
from accounts.models.feed import CalendarFeed
from accounts.models.letter import Letter
from accounts.models.membership import Membership
from accounts.models.organisation import Organisation
from accounts.models.password import FormerPassword
from accounts.models.second_factor import Authenticator, RecoveryCode
from accounts.models.user import User
from accounts.models.visit import Visit

__all__ = [
    "AccountEdition",
    "Authenticator",
    "CalendarFeed",
    "Deputy",
    "Division",
    "FormerPassword",
    "Letter",
    "Membership",
    "Organisation",
    "RecoveryCode",
    "User",
    "Visit",
]
