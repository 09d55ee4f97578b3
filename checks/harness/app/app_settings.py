"""The environment variables of the app under test."""

from checks.harness.app.leased_services import LeasedServices
from checks.services import Database

TEST_SETTINGS = {
    "ENVIRONMENT": "test",
    "BCRYPT_ROUNDS": "4",
    "RATE_LIMIT_ENABLED": "false",
    "CACHE_ENABLED": "false",
    # A traceback on lines of its own: that is where the learner's frame is found.
    "LOG_FORMAT": "console",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUNBUFFERED": "1",
}


def app_settings(leased: LeasedServices, database: Database, secret: str) -> dict[str, str]:
    """The settings of an app that uses this database and signs with this key."""
    broker = celery_url(leased.services.redis.url(leased.broker_number))
    return {
        **TEST_SETTINGS,
        "SECRET_KEY": secret,
        "DATABASE_URL": leased.services.postgres.url(database),
        "REDIS_URL": leased.services.redis.url(leased.redis_number),
        "CELERY_BROKER_URL": broker,
        "CELERY_RESULT_BACKEND": broker,
    }


def celery_url(redis_url: str) -> str:
    """The same Redis database in Celery's notation, which has its own scheme for a Unix socket."""
    return redis_url.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
