"""Statements of each press, compiled once and handed to the driver itself.

SQLAlchemy composes, compiles, adapts and wraps at each execution; for a row that is found by its
key that takes ten times as long as the row. What happens at each press is few statements that
never change: SQLAlchemy writes them once, in the database's own words, and knows how their values
go in and come out. `storage.database` says what such an operation is called on.
"""

from abc import ABC, abstractmethod
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.sql import ClauseElement

Values = Mapping[str, Any]
Convert = Callable[[Any], Any]


class Prepared:
    """A statement with its parameters by name, and what its rows are called.

    `make` composes it, once for each database. `columns` are what an INSERT sets by parameters of
    their names.
    """

    def __init__(
        self, make: "Callable[[Direct], ClauseElement]", *, columns: Sequence[str] = ()
    ) -> None:
        self._make = make
        self._columns = list(columns) or None
        self._ready: dict[str, Ready] = {}

    def on(self, connection: "Direct") -> "Ready":
        """What the connection's driver takes."""
        dialect = connection.dialect
        ready = self._ready.get(dialect.name)
        if ready is None:
            ready = Ready(self._make(connection), dialect, self._columns)
            self._ready[dialect.name] = ready
        return ready


class Ready:
    """A statement in the words of one database."""

    def __init__(
        self, statement: ClauseElement, dialect: Dialect, columns: list[str] | None
    ) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=columns)
        if compiled.post_compile_params or compiled.literal_execute_params:
            raise TypeError("a list of values is no parameter of a prepared statement")
        self.sql: str = compiled.string
        #: each parameter in its order: its name, how it goes in, what it is where nobody says
        self._order: list[tuple[str, Convert | None, Any]] = []
        for name in compiled.positiontup:
            of_type = compiled.binds[name].type.dialect_impl(dialect)
            self._order.append((name, of_type.bind_processor(dialect), compiled.params[name]))
        returned = list(getattr(statement, "exported_columns", ()))
        row: Any = namedtuple("Row", [one.key for one in returned])  # type: ignore[misc]
        self._make_row: Callable[[Iterable[Any]], Any] = row._make
        loads = [
            one.type.dialect_impl(dialect).result_processor(dialect, None) for one in returned
        ]
        #: how values come out, by the place of their column; most come as they are
        self._loads = [(place, load) for place, load in enumerate(loads) if load]

    def arguments(self, values: Values) -> list[Any]:
        """The parameters in their order, as the driver takes them."""
        found = []
        for name, convert, default in self._order:
            value = values.get(name, default)
            found.append(value if convert is None else convert(value))
        return found

    def rows(self, raw: Iterable[Sequence[Any]]) -> list[Any]:
        """Rows with their columns as attributes, from those of the driver."""
        if not self._loads:
            return [self._make_row(row) for row in raw]
        return [self._make_row(self._loaded(list(row))) for row in raw]

    def _loaded(self, row: list[Any]) -> list[Any]:
        for place, load in self._loads:
            row[place] = load(row[place])
        return row


class Direct(ABC):
    """A connection, in a transaction where it writes, that takes prepared statements alone."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect

    async def fetch(self, statement: Prepared, values: Values) -> list[Any]:
        """Execute a statement and return its rows."""
        ready = statement.on(self)
        return ready.rows(await self._fetch(ready.sql, ready.arguments(values)))

    async def one(self, statement: Prepared, values: Values) -> Any:
        """The only row of a statement, or None."""
        rows = await self.fetch(statement, values)
        return rows[0] if rows else None

    async def fetch_each(self, statement: Prepared, each: Iterable[Values]) -> list[Any]:
        """Execute a statement for each of several values, in their order; all rows together."""
        ready = statement.on(self)
        return ready.rows(await self._fetch_each(ready.sql, map(ready.arguments, each)))

    async def run(self, statement: Prepared, each: Iterable[Values]) -> None:
        """Execute a statement that returns nothing, for each of several values."""
        ready = statement.on(self)
        await self._run(ready.sql, map(ready.arguments, each))

    @abstractmethod
    async def hold(self, keys: Iterable[int]) -> None:
        """Wait until no other transaction holds any of the keys, and hold them to the end."""

    @abstractmethod
    async def _fetch(self, sql: str, arguments: list[Any]) -> Sequence[Any]: ...

    @abstractmethod
    async def _fetch_each(self, sql: str, each: Iterable[list[Any]]) -> Sequence[Any]: ...

    @abstractmethod
    async def _run(self, sql: str, each: Iterable[list[Any]]) -> None: ...
