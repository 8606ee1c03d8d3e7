"""Who the shop is and what it promises: merchants, their people, places and keys, programs and dated terms."""

from programs.models.corrections import Reason, RoleLimit
from programs.models.drafts import Draft
from programs.models.keys import ApiKey, ApiRequest, Scope
from programs.models.logo import Logo
from programs.models.shop import (
    DEFAULT_ADJUST_LIMIT,
    DEFAULT_ADJUST_LIMIT_DAY,
    Location,
    Merchant,
    MovesTiers,
    Program,
    ProgramVersion,
    Role,
    Staff,
    hex_colour,
)
from programs.models.staffing import Invitation, Pin

__all__ = [
    "DEFAULT_ADJUST_LIMIT",
    "DEFAULT_ADJUST_LIMIT_DAY",
    "ApiKey",
    "ApiRequest",
    "Draft",
    "Invitation",
    "Location",
    "Logo",
    "Merchant",
    "MovesTiers",
    "Pin",
    "Program",
    "ProgramVersion",
    "Reason",
    "Role",
    "RoleLimit",
    "Scope",
    "Staff",
    "hex_colour",
]
