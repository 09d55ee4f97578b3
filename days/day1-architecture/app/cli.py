"""Commands for whoever runs the app: `python -m app.cli seed`."""

import argparse
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import crud
from app.core.config import Settings, get_settings
from app.core.security import hash_password
from app.db.session import create_database_engine, create_session_factory
from app.models import Event, EventStatus, Task, TaskPriority, TaskStatus, User

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
    admin = User(
        email="admin@example.com", full_name="Ada Admin", hashed_password=hashed, is_superuser=True
    )
    olga = User(email="olga@example.com", full_name="Olga Organizer", hashed_password=hashed)
    paul = User(email="paul@example.com", full_name="Paul Participant", hashed_password=hashed)
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


def main() -> None:
    """Read the command line and obey."""
    parser = argparse.ArgumentParser(prog="python -m app.cli", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("seed", help="fill an empty, migrated database with something to look at")
    parser.parse_args()

    settings = get_settings()
    engine = create_database_engine(settings.database_url)
    with create_session_factory(engine)() as session:
        print(seed(session, settings))
    engine.dispose()


if __name__ == "__main__":
    main()
