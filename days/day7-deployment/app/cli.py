"""Commands for whoever runs the app: `python -m app.cli seed`."""

import argparse
import sys
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.orm import Session

from app import crud

# region task B2
# endregion
from app.core.config import Settings, get_settings
from app.core.security import hash_password

# region task 7.1
# endregion
from app.db.session import create_database_engine, create_session_factory
from app.models import Event, EventStatus, Task, TaskPriority, TaskStatus, User, UserRole
from app.schemas.user import UserCreate
from app.services.user_service import UserService

PASSWORD = "eventure-demo"


def seed(session: Session, settings: Settings) -> str:
    """Three users, two events and seven tasks to look at. Once: a second run changes nothing.

    SystemExit with the command to run first when the tables are not there yet.
    """
    if not sa.inspect(session.connection()).has_table("users"):
        raise SystemExit("The tables are not there yet; run `alembic upgrade head` first")
    if crud.user.get_by_email(session, "admin@example.com"):
        return "The demo data is already there."
    hashed = hash_password(PASSWORD, settings.bcrypt_rounds)
    admin = User(email="admin@example.com", full_name="Ada Admin", hashed_password=hashed)
    olga = User(email="olga@example.com", full_name="Olga Organizer", hashed_password=hashed)
    paul = User(email="paul@example.com", full_name="Paul Participant", hashed_password=hashed)
    admin.role = UserRole.ADMIN
    olga.role = UserRole.ORGANIZER
    session.add_all([admin, olga, paul])
    session.flush()
    party, meetup = demo_events(olga)
    session.add_all([party, meetup])
    session.flush()
    session.add_all(demo_tasks(party, paul))
    session.commit()
    return f"Log in as admin@, olga@ or paul@example.com, password {PASSWORD}."


def demo_events(organizer: User) -> tuple[Event, Event]:
    """One next week, one in a month."""
    today = datetime.now(UTC).replace(hour=18, minute=0, second=0, microsecond=0)
    soon, later = today + timedelta(days=7), today + timedelta(days=30)
    party = Event(
        title="Freshers' party",
        location="Main hall",
        start_time=soon,
        end_time=soon + timedelta(hours=4),
        status=EventStatus.SCHEDULED,
        organizer_id=organizer.id,
    )
    meetup = Event(
        title="Python meetup",
        start_time=later,
        end_time=later + timedelta(hours=2),
        organizer_id=organizer.id,
    )
    return party, meetup


def demo_tasks(event: Event, assignee: User) -> list[Task]:
    """Two done, one under way, one that nobody has taken, three called off."""
    done = ("Book the hall", "Print the posters")
    called_off = ("Rent a stage", "Hire a band", "Borrow a bouncy castle")
    return [
        *(Task(title=title, event_id=event.id, status=TaskStatus.COMPLETED) for title in done),
        Task(
            title="Order the food",
            event_id=event.id,
            status=TaskStatus.IN_PROGRESS,
            priority=TaskPriority.HIGH,
            assigned_to_id=assignee.id,
        ),
        Task(title="Find a photographer", event_id=event.id),
        *(
            Task(title=title, event_id=event.id, status=TaskStatus.CANCELLED)
            for title in called_off
        ),
    ]


def purge_tokens(session: Session) -> str:
    """Each refresh leaves a row behind; run this every night."""
    gone = crud.refresh_token.delete_expired(session, datetime.now(UTC))
    session.commit()
    return f"{gone} refresh tokens had expired."


def create_admin(session: Session, settings: Settings, email: str) -> str:
    """The first admin, whom nobody could have made one. The password comes from standard input.

    Not from the arguments: those stand in the shell's history and in the list of processes.
    SystemExit with a sentence for an e-mail or a password that a registration would refuse.
    """
    password = sys.stdin.readline().rstrip("\r\n")
    try:
        data = UserCreate(email=email, password=password, full_name="Administrator")
    except ValidationError as error:
        raise SystemExit("; ".join(f"{e['loc'][0]}: {e['msg']}" for e in error.errors())) from None
    changed = UserService(session).make_admin(data, settings.bcrypt_rounds)
    return f"{data.email} is an admin now." if changed else f"{data.email} was an admin already."


# region task 7.1
# endregion


def parse_arguments() -> argparse.Namespace:
    """The command line; a wrong one is explained, and ends the program with 2."""
    parser = argparse.ArgumentParser(prog="python -m app.cli", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("seed", help="fill an empty, migrated database with something to look at")
    # region task 7.1
    # endregion
    # region task B2
    # endregion
    commands.add_parser("purge-tokens", help="delete the refresh tokens that have expired")
    admin = commands.add_parser("create-admin", help="make an admin; twice changes nothing")
    admin.add_argument("--email", required=True)
    admin.add_argument("--password-stdin", required=True, action="store_true")
    return parser.parse_args()


def obey(asked: argparse.Namespace, session: Session, settings: Settings) -> str:
    """Run the command; what there is to tell about it."""
    if asked.command == "purge-tokens":
        return purge_tokens(session)
    if asked.command == "create-admin":
        return create_admin(session, settings, asked.email)
    return seed(session, settings)


def main() -> None:
    """Read the command line and obey."""
    asked = parse_arguments()
    # region task 7.1
    # endregion
    # region task B2
    # endregion
    settings = get_settings()
    # region task 7.4
    engine = create_database_engine(settings.database_url)
    # endregion
    with create_session_factory(engine)() as session:
        print(obey(asked, session, settings))
    engine.dispose()


if __name__ == "__main__":
    main()
