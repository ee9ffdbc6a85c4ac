"""Which role may do what: one table, for every operation that is not for everybody."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from domain.people.person import Role


class Permission(StrEnum):
    """Something that only some roles may do."""

    HOME = "home"
    """See the organisers' home, with the lines that one's other permissions open."""
    SEE_RESULTS = "see results"
    """Figures, pictures, the report and files without personal data."""
    CHECK_IN = "check in"
    """Find attendees of an event and admit them."""
    SURVEYS = "surveys"
    """Publish, close, move, limit surveys."""
    EVENTS = "events"
    """Make, change, call off events; decide on registrations."""
    ANSWER = "answer"
    """Answer people's questions, correct articles, let people into organisations."""
    INVITE = "invite"
    """Invite organisations, merge them, replace their contacts."""
    BROADCAST = "broadcast"
    """Write to many."""
    PERSONAL_DATA = "personal data"
    """Take files that name people."""
    ROLES = "roles"
    """Give roles and take them away."""
    AUDIT = "audit"
    """Read what was done, by whom."""


VIEWER = frozenset({Permission.HOME, Permission.SEE_RESULTS})
HELPER = frozenset({Permission.HOME, Permission.CHECK_IN})
ORGANISER = (
    VIEWER
    | HELPER
    | {
        Permission.SURVEYS,
        Permission.EVENTS,
        Permission.ANSWER,
        Permission.INVITE,
        Permission.BROADCAST,
    }
)

MAY: Mapping[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.ORGANISER: ORGANISER,
    Role.CHECK_IN: HELPER,
    Role.VIEWER: VIEWER,
}


def may(roles: Collection[Role], permission: Permission) -> bool:
    """Whether any of the roles has the permission."""
    return any(permission in MAY[role] for role in roles)


def roles_with(permission: Permission) -> list[Role]:
    """The roles that have a permission."""
    return [role for role, granted in MAY.items() if permission in granted]
