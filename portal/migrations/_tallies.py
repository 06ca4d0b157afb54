"""What the database writes beside every change of what is counted: parts of sums, in the same transaction.

Each source says which rows of a table count, and under which keys. From it come the triggers of that table (one call
for all the rows of an INSERT or a DELETE, whatever brought them; one for a row of an UPDATE, and only where a column
that matters has changed), those of the table that a key is looked up in, and ``portal_tally_live()``, which counts
everything anew: ``check_integrity`` compares.
"""

from collections.abc import Iterable
from dataclasses import dataclass

KEYS = "what, division_id, year, kind, state, chain_id"
COLUMNS = f"{KEYS}, count, amount"
# Of every part one for its county, and one for the whole city.
SETS = f"({KEYS}), (what, year, kind, state, chain_id)"


@dataclass(frozen=True, slots=True)
class Lookup:
    """The table in which keys of a source stand, ``p`` in its expressions, and the columns of it that matter.

    One that stands further on is found by the row before it (``of``), and has a letter of its own; ``optional``
    where a row counts without it as well.
    """

    table: str
    key: str
    columns: tuple[str, ...]
    name: str = "p"
    of: str = "r"
    optional: bool = False

    def join(self, instead: str = "") -> str:
        """``instead`` of the table one row of it, and then only what hangs on that."""
        how = "LEFT JOIN" if self.optional and not instead else "JOIN"
        return f"{how} {instead or self.table} {self.name} ON {self.name}.id = {self.of}.{self.key}"


@dataclass(frozen=True, slots=True)
class Source:
    """Rows of a table that are counted, ``r`` in the expressions. ``columns`` are those that matter to them."""

    what: str
    table: str
    columns: tuple[str, ...]
    where: str = "true"
    division: str = "r.division_id"
    year: str = "0"
    kind: str = "''"
    state: str = "''"
    chain: str = "NULL"
    amount: str = "0"
    lookups: tuple[Lookup, ...] = ()

    def parts(self, rows: str, sign: int, **instead: str) -> str:
        """The keys of each row of ``rows`` with its count and amount; taken away where ``sign`` is negative.

        ``instead``: by the name of a look-up the one row that is put in its place.
        """
        join = " ".join(one.join(instead.get(one.name, "")) for one in self.lookups)
        return (
            f"SELECT '{self.what}'::varchar AS what, {self.division}::bigint AS division_id,"
            f" ({self.year})::smallint AS year, ({self.kind})::varchar AS kind, ({self.state})::varchar AS state,"
            f" {self.chain}::bigint AS chain_id, {sign}::bigint AS count, {sign} * ({self.amount})::numeric AS amount"
            f" FROM {rows} r {join} WHERE {self.where}"
        )


def summed(parts: Iterable[str]) -> str:
    """The parts put together by their keys, without those that come to nothing."""
    union = " UNION ALL ".join(parts)
    return (
        f"SELECT {KEYS}, sum(count)::bigint, sum(amount) FROM ({union}) d"
        f" GROUP BY GROUPING SETS ({SETS}) HAVING sum(count) <> 0 OR sum(amount) <> 0"
    )


def _insert(parts: Iterable[str]) -> str:
    return f"INSERT INTO portal_tally ({COLUMNS}) {summed(parts)};"


def _changed(columns: Iterable[str]) -> str:
    return " OR ".join(f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in columns)


def _named(columns: Iterable[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _table(table: str, sources: list[Source]) -> str:
    """Function and triggers of a table whose rows are counted."""
    name = f"portal_tally_{table}"
    moved = [one.parts(f"(SELECT {row}.*)", sign) for one in sources for row, sign in (("NEW", 1), ("OLD", -1))]
    columns = sorted({column for one in sources for column in one.columns})
    return f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        {_insert(one.parts("new_rows", 1) for one in sources)}
    ELSIF TG_OP = 'DELETE' THEN
        {_insert(one.parts("old_rows", -1) for one in sources)}
    ELSE
        {_insert(moved)}
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER portal_tally_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION {name}();
CREATE TRIGGER portal_tally_delete AFTER DELETE ON {table} REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION {name}();
CREATE TRIGGER portal_tally_update AFTER UPDATE OF {_named(columns)} ON {table}
    FOR EACH ROW WHEN ({_changed(columns)}) EXECUTE FUNCTION {name}();
"""


def _looked_up(table: str, sources: list[Source]) -> str:
    """Function and trigger of a table in which keys of others stand: what hangs on a row moves with it."""
    name, found = f"portal_tally_by_{table}", [(one, up) for one in sources for up in one.lookups if up.table == table]
    columns = sorted({column for _one, up in found for column in up.columns})
    moved = [
        one.parts(one.table, sign, **{up.name: f"(SELECT {row}.*)"})
        for one, up in found
        for row, sign in (("NEW", 1), ("OLD", -1))
    ]
    return f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {_insert(moved)}
    RETURN NULL;
END $$;
CREATE TRIGGER portal_tally_keys AFTER UPDATE OF {_named(columns)} ON {table}
    FOR EACH ROW WHEN ({_changed(columns)}) EXECUTE FUNCTION {name}();
"""


def _by_table(named: Iterable[tuple[str, Source]]) -> dict[str, list[Source]]:
    found: dict[str, list[Source]] = {}
    for table, one in named:
        found.setdefault(table, []).append(one)
    return found


def _counted(sources: Iterable[Source]) -> dict[str, list[Source]]:
    return _by_table((one.table, one) for one in sources)


def _keyed(sources: Iterable[Source]) -> dict[str, list[Source]]:
    return _by_table((up.table, one) for one in sources for up in one.lookups)


def install(sources: list[Source]) -> str:
    """Triggers, the count from scratch, and the sums of what there is already."""
    return "\n".join(
        [
            *(_table(table, own) for table, own in _counted(sources).items()),
            *(_looked_up(table, own) for table, own in _keyed(sources).items()),
            f"""
CREATE FUNCTION portal_tally_live() RETURNS TABLE (
    what varchar, division_id bigint, year smallint, kind varchar, state varchar, chain_id bigint,
    count bigint, amount numeric
) LANGUAGE sql STABLE AS $$ {summed(one.parts(one.table, 1) for one in sources)} $$;
INSERT INTO portal_tally ({COLUMNS}) SELECT {COLUMNS} FROM portal_tally_live();
""",
        ]
    )


def remove(sources: list[Source]) -> str:
    names = [f"portal_tally_{table}" for table in _counted(sources)]
    names += [f"portal_tally_by_{table}" for table in _keyed(sources)]
    return "DROP FUNCTION IF EXISTS portal_tally_live();" + "".join(
        f"DROP FUNCTION IF EXISTS {name}() CASCADE;" for name in names
    )
