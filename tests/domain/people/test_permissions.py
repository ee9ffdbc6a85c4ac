"""The table of roles: nobody may do less with more, and some things are for few."""

import pytest

from domain.people.permissions import MAY, Permission, may, roles_with
from domain.people.person import Role


def test_every_role_is_in_the_table_and_every_permission_is_somebodys() -> None:
    assert set(MAY) == set(Role)
    assert all(Role.OWNER in roles_with(one) for one in Permission)


def test_roles_contain_each_other() -> None:
    assert MAY[Role.VIEWER] < MAY[Role.ORGANISER] < MAY[Role.OWNER]
    assert MAY[Role.CHECK_IN] < MAY[Role.ORGANISER]


@pytest.mark.parametrize(
    "permission", [Permission.ROLES, Permission.AUDIT, Permission.PERSONAL_DATA]
)
def test_what_names_people_is_for_owners(permission: Permission) -> None:
    assert roles_with(permission) == [Role.OWNER]


def test_a_helper_and_a_viewer_change_nothing_else() -> None:
    changing = {
        *(Permission.SURVEYS, Permission.EVENTS, Permission.ANSWER),
        *(Permission.INVITE, Permission.BROADCAST, Permission.ROLES),
    }
    assert not changing & (MAY[Role.VIEWER] | MAY[Role.CHECK_IN])
    assert not may([Role.VIEWER], Permission.CHECK_IN)
    assert not may([Role.CHECK_IN], Permission.SEE_RESULTS)
    assert may([Role.CHECK_IN, Role.VIEWER], Permission.SEE_RESULTS)
    assert not may([], Permission.HOME)
