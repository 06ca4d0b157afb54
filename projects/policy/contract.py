"""The contract of a project on plain values: what its clauses say, how the grant lies on the lines."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_DOWN, Decimal
from hashlib import sha256

FEN = Decimal("0.01")


def fill(template: str, facts: Mapping[str, str]) -> str:
    """The template with its facts; lines that come out empty are left out."""
    return "\n".join(line for line in template.strip().format_map(facts).splitlines() if line.strip())


def spread(whole: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """``whole`` laid out in proportion to ``weights``, to the fen; what rounding leaves goes to the heaviest.

    Raises ``ValueError`` where nothing has weight.
    """
    total = sum(weights, Decimal(0))
    if total <= 0:
        raise ValueError("nothing to lay out by")
    if total == whole:
        return list(weights)
    parts = [(whole * weight / total).quantize(FEN, ROUND_DOWN) for weight in weights]
    parts[max(range(len(parts)), key=lambda at: weights[at])] += whole - sum(parts, Decimal(0))
    return parts


def numbered(lines: Iterable[str]) -> str:
    """Each on its line with its number, as clauses list things."""
    return "\n".join(f"{n}. {line}" for n, line in enumerate(lines, 1))


def digest(clauses: Iterable[Mapping[str, str]]) -> str:
    """The fingerprint of a text: it differs as soon as one character of one clause does."""
    text = "\x1e".join(f"{one['code']}\x1f{one['title']}\x1f{one['text']}" for one in clauses)
    return sha256(text.encode()).hexdigest()
