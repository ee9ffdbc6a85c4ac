"""What may be shown: no group of fewer than five respondents, and none that follows from others.

The operator's command line shows everything; pictures, reports, cards and files that are shared
go through here.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

FEWEST = 5  # respondents that a group has when it is shown


def is_small(respondents: int) -> bool:
    """Whether so few answered that their figures are hidden; nobody needs no hiding."""
    return 0 < respondents < FEWEST


def hidden(
    sizes: Mapping[str, int], total: int | None = None, *, overlapping: bool = False
) -> frozenset[str]:
    """The groups that are not shown, by how many respondents each has.

    All small ones; and where what is left of the total would tell about fewer than five (the one
    small group, several together, or those who are in no group), the next smallest ones with
    them, until it does not. `total` is how many respondents a figure over all of them has; without
    it everybody is in a group. With `overlapping` one respondent can be in several groups (a
    select-multiple): then each group is one of two, it and all others.
    """
    chosen = {code for code, size in sizes.items() if is_small(size)}
    if overlapping:
        whole = max(sizes.values(), default=0) if total is None else total
        return frozenset(chosen | {c for c, n in sizes.items() if n and is_small(whole - n)})
    others = sorted((size, code) for code, size in sizes.items() if size >= FEWEST)
    nowhere = 0 if total is None else max(total - sum(sizes.values()), 0)
    left = nowhere + sum(sizes[code] for code in chosen)
    while 0 < left < FEWEST and others:
        size, code = others.pop(0)
        chosen.add(code)
        left += size
    return frozenset(chosen)


def blurred(rows: Iterable[Sequence[str]]) -> list[tuple[str, ...]]:
    """Rows of what describes a respondent (type, size, oblast …), the most telling part first.

    A part stands only where at least five rows share it and all before it; else it and all after
    it are blank. Where fewer than five would be blank at a place, the smallest group beside them
    goes, too: they would be singled out by their blanks.
    """
    known = [tuple(row) for row in rows]
    return _blur(known, list(range(len(known))), 0, known[:])


def _blur(
    rows: list[tuple[str, ...]], members: list[int], place: int, made: list[tuple[str, ...]]
) -> list[tuple[str, ...]]:
    width = len(rows[0]) if rows else 0
    if place >= width:
        return made
    sizes = Counter(rows[number][place] for number in members)
    gone = hidden(sizes)
    for number in members:
        if rows[number][place] in gone:
            made[number] = rows[number][:place] + ("",) * (width - place)
    for code in sizes:
        if code not in gone:
            inside = [number for number in members if rows[number][place] == code]
            _blur(rows, inside, place + 1, made)
    return made
