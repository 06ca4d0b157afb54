from accounts.models.division import Division
from accounts.models.edition import AccountEdition
from accounts.models.letter import Letter
from accounts.models.membership import Membership
from accounts.models.organisation import Organisation
from accounts.models.user import User

__all__ = ["AccountEdition", "Division", "Letter", "Membership", "Organisation", "User"]
