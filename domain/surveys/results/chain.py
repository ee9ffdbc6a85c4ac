"""The parts that a form's questions play in a value chain: what maps and graphs are drawn from.

A question says its part itself (`bind::lanka:result` in the workbook, such as `stages`); else it
is known by its tie to the profile, or by the name that the value-chain survey gives it. A form
that has none of them gets no map, and everything else.
"""

from dataclasses import dataclass

from domain.surveys.form import Group, Repeat
from domain.surveys.results.codebook import Codebook, Variable

#: the parts by the name that the survey gives them; ties to the profile stand beside
TIES = {
    "org_type": "organisation.type",
    "org_name": "organisation.name",
    "oblast": "organisation.oblast",
    "email": "organisation.email",
}
#: codes that agree to be shown
YES = ("yes", "1", "true", "OK")
FEWEST_RATINGS = 3  # ranges in one group that make it a block of ratings


@dataclass(frozen=True, slots=True)
class Chain:
    """The variables by their part; None where the form has none.

    `stages` are links that an organisation works in, `missing_stages` those that it asks for,
    `ratings` the bottlenecks. The `p_…` lie in one repeat: a partner, and the state of the link.
    """

    org_type: Variable | None
    org_name: Variable | None
    oblast: Variable | None
    email: Variable | None
    stages: Variable | None
    missing_stages: Variable | None
    disrupted: Variable | None
    disrupted_stages: Variable | None
    full_cycle: Variable | None
    cycle: Variable | None
    intl: Variable | None
    progs: Variable | None
    offer: Variable | None
    seek: Variable | None
    publish: Variable | None
    p_name: Variable | None
    p_type: Variable | None
    p_stage: Variable | None
    p_country: Variable | None
    p_state: Variable | None
    ratings: tuple[Variable, ...]

    @property
    def has_links(self) -> bool:
        """Whether partners are asked for, in a repeat of their own."""
        return self.p_state is not None and len(self.p_state.repeats) == 1


def chain(codebook: Codebook) -> Chain:
    """Find the parts in a form."""
    found = {
        part: _find(codebook, part) for part in Chain.__dataclass_fields__ if part != "ratings"
    }
    state = found["p_state"]
    for part in ("p_name", "p_type", "p_stage", "p_country"):
        one = found[part]
        if one is not None and (state is None or one.repeats != state.repeats):
            found[part] = None
    return Chain(**found, ratings=_ratings(codebook))


def _find(codebook: Codebook, part: str) -> Variable | None:
    said = [one for one in codebook.variables if one.role == part]
    tied = [one for one in codebook.variables if one.tie and one.tie == TIES.get(part)]
    named = codebook.find(part)
    if said or tied:
        return (said or tied)[0]
    return named


def _ratings(codebook: Codebook) -> tuple[Variable, ...]:
    """What says `rating`; else the largest group (or section) of ranges on the same scale."""
    said = tuple(one for one in codebook.variables if one.role == "rating")
    if said:
        return said
    blocks: list[list[Variable]] = []
    for group in codebook.form.elements:
        if not isinstance(group, Group | Repeat):
            continue
        inside = [
            one
            for one in codebook.variables
            if one.type == "range"
            and not one.repeats
            and one.nodes[0].rpartition("/")[0] == group.path
        ]
        scales = dict.fromkeys(tuple(one.codes) for one in inside)
        blocks += [[one for one in inside if tuple(one.codes) == scale] for scale in scales]
    largest = max(blocks, key=len, default=[])
    return tuple(largest) if len(largest) >= FEWEST_RATINGS else ()


def agrees(variable: Variable | None, value: str | None) -> bool:
    """Whether an answer to a yes-or-no question (such as `publish`) is a yes."""
    return variable is not None and value is not None and value in YES
