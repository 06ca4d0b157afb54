"""Every address of the portal, read from the configuration, and something to fill in its blanks."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver, reverse

BLANKS = {
    "IntConverter": 1,
    "SlugConverter": "draw",
    "StringConverter": "0",
    "PathConverter": "x",
    "UUIDConverter": "00000000-0000-0000-0000-000000000000",
}
ADMIN = "admin"


@dataclass(frozen=True)
class Address:
    """A named pattern: ``institutes:application``."""

    name: str
    pattern: URLPattern
    blanks: tuple[str, ...]

    def url(self, **values) -> str:
        """The address with its blanks filled in, by ``values`` where they have the blank."""
        filled = {name: values.get(name, default) for name, default in self.defaults().items()}
        return reverse(self.name, kwargs=filled)

    def defaults(self) -> dict[str, object]:
        """Something that each blank accepts."""
        found = {}
        for name in self.blanks:
            converter = self.pattern.pattern.converters.get(name)
            found[name] = BLANKS[type(converter).__name__] if converter else 1
        return found


def addresses() -> list[Address]:
    """All of them but those of Django's own administration."""
    return [address for address in _walk(get_resolver().url_patterns, "", ()) if address.name]


def nameless() -> list[str]:
    """Addresses that cannot be asked for by name."""
    every = _walk(get_resolver().url_patterns, "", ())
    return [str(address.pattern.pattern) for address in every if not address.name]


def _walk(patterns, prefix: str, blanks: tuple[str, ...]) -> Iterator[Address]:
    for each in patterns:
        inside = (*blanks, *each.pattern.regex.groupindex)
        if isinstance(each, URLResolver):
            if each.namespace != ADMIN:
                space = f"{prefix}{each.namespace}:" if each.namespace else prefix
                yield from _walk(each.url_patterns, space, inside)
        elif each.name:
            yield Address(f"{prefix}{each.name}", each, inside)
        else:
            yield Address("", each, inside)
