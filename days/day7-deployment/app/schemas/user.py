"""Users, in and out."""

from pydantic import BaseModel, ConfigDict

from app.models import UserRole
from app.schemas.types import Email, FullName, NewPassword, UtcDatetime


class UserCreate(BaseModel):
    """A registration. It cannot ask for rights: fields that are not here are not read."""

    email: Email
    password: NewPassword
    full_name: FullName


class UserRead(BaseModel):
    """What may be known of a user. The password's hash may not."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    email: str
    full_name: str
    is_active: bool
    role: UserRole
    created_at: UtcDatetime


class RoleUpdate(BaseModel):
    """What an account may do from now on."""

    role: UserRole
