"""What every page of the shell needs to know about the person who looks at it."""

from django.conf import settings
from django.utils.functional import cached_property

from notices.selectors import unread_count
from portal import navigation

CONTRAST = ("normal", "high")
TEXT = ("normal", "large")
MOTION = ("normal", "none")


class Shell:
    """The frame of a page. Everything is read only when the template asks for it."""

    def __init__(self, request):
        self.request = request

    @cached_property
    def person(self):
        """Who is signed in, or None."""
        user = getattr(self.request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @property
    def base(self) -> str:
        """The frame for pages that both visitors and people who are signed in may meet."""
        return "base.html" if self.person else "public_base.html"

    @property
    def contrast(self) -> str:
        return _chosen(self.request, "contrast", CONTRAST)

    @property
    def text(self) -> str:
        return _chosen(self.request, "text", TEXT)

    @property
    def motion(self) -> str:
        return _chosen(self.request, "motion", MOTION)

    @cached_property
    def memberships(self) -> list:
        return list(self.person.memberships_active) if self.person else []

    @cached_property
    def roles(self) -> frozenset[str]:
        return frozenset(membership.role for membership in self.memberships)

    @cached_property
    def menu(self) -> list:
        return navigation.menu_for(self.roles, path=self.request.path)

    @cached_property
    def public_menu(self) -> list:
        return navigation.entries(navigation.PUBLIC_MENU, path=self.request.path)

    @cached_property
    def public_foot(self) -> list:
        return navigation.foot_for(path=self.request.path)

    @property
    def canonical(self) -> str:
        """The one address of this page, whatever was asked for besides it."""
        return f"{settings.PORTAL_URL}{self.request.path}"

    @property
    def site(self) -> str:
        """Where the portal lives, for whoever reads a page elsewhere."""
        return settings.PORTAL_URL

    @cached_property
    def unread(self) -> int:
        """How many notices the person has not opened yet."""
        return unread_count(self.person) if self.person else 0


def _chosen(request, name: str, allowed: tuple[str, ...]) -> str:
    value = request.COOKIES.get(f"display_{name}", "")
    return value if value in allowed else allowed[0]


def shell(request):
    """``shell`` in every template: the person's roles, menu, unread notices and display choices."""
    return {"shell": Shell(request)}
