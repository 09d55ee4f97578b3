"""Task 7.2: five services that wait for each other, come back, and tell nobody a secret."""

from urllib.parse import urlsplit

import pytest

BASE, OVERRIDE = "docker-compose.yml", "docker-compose.override.yml"
SERVICES = ("db", "redis", "migrate", "api", "worker")
BACKEND = ("migrate", "api", "worker")
LASTING = ("db", "redis", "api", "worker")
BY_ITSELF = ("always", "unless-stopped")
DATA = ("/var/lib/postgresql", "/var/lib/postgresql/data")
SECRET_NAMES = ("PASSWORD", "PASSWD", "SECRET", "TOKEN", "_KEY")
HEALTHY, DONE = "service_healthy", "service_completed_successfully"


@pytest.fixture
def compose(stack):
    """docker-compose.yml alone."""
    return stack().compose


def secrets(service):
    """What nobody should know, by variable: whole values, and the passwords of URLs."""
    for name, value in service.environment.items():
        if any(word in name.upper() for word in SECRET_NAMES):
            if value and not name.endswith("_FILE"):
                yield name, value
        elif "://" in value and (password := urlsplit(value).password):
            yield name, password


def url(service, name):
    """A setting that is a URL, in parts."""
    return urlsplit(service.environment.get(name, ""))


def number(address):
    """Which of Redis' databases it is."""
    return address.path.strip("/") or "0"


def has_version(image):
    return "@sha256:" in image or image.rpartition("/")[2].partition(":")[2] not in ("", "latest")


class TestTheFile:
    @pytest.mark.gate
    def test_it_names_the_five_services(self, compose):
        missing = [name for name in SERVICES if name not in compose.services]

        assert missing == [], f"{BASE} has the services {', '.join(SERVICES)}"

    def test_docker_compose_1_29_2_takes_it_too(self, compose):
        assert compose.newer() == [], f"docker-compose 1.29.2 knows every word of {BASE}"

    def test_an_image_from_elsewhere_has_a_version(self, compose):
        elsewhere = [each.image for each in map(compose.service, ("db", "redis"))]

        assert all(map(has_version, elsewhere)), (
            f"the images of `db` and `redis` have a tag that is not `latest`: {elsewhere}"
        )

    def test_the_backend_is_one_image(self, compose):
        api, *others = map(compose.service, ("api", "migrate", "worker"))

        assert api.built, "`api` is built from this folder"
        assert all(
            each.said.get("build") == api.said["build"] or (each.image and each.image == api.image)
            for each in others
        ), "`migrate` and `worker` are built as `api` is, or name its image"


class TestSecrets:
    @pytest.mark.parametrize(
        ("name", "variable"),
        [("api", "SECRET_KEY"), ("worker", "SECRET_KEY"), ("db", "POSTGRES_PASSWORD")],
    )
    def test_nothing_starts_without_them(self, stack, name, variable):
        found = stack()
        service = found.compose.service(name)
        value = service.environment.get(variable, "")

        from_a_file = f"{variable}_FILE" in service.environment or service.has_env_file
        assert found.is_given(value) or (not value and from_a_file), (
            f"without a value for {variable} of `{name}`, Compose starts nothing"
        )

    def test_none_stands_in_the_file(self, stack):
        found = stack()

        told = [
            f"{service.name}.{name}"
            for service in found.compose.services.values()
            for name, value in secrets(service)
            if not found.is_given(value)
        ]

        assert told == [], f"no password and no key stands in {BASE}, not even as a default"


class TestWhoTalksToWhom:
    @pytest.mark.parametrize("name", BACKEND)
    def test_the_database_is_the_service_db(self, compose, name):
        address = url(compose.service(name), "DATABASE_URL")

        assert address.hostname == "db", f"DATABASE_URL of `{name}` leads to the host `db`"

    @pytest.mark.parametrize("name", ["api", "worker"])
    def test_cache_and_queue_are_two_databases_of_redis(self, compose, name):
        cache = url(compose.service(name), "REDIS_URL")
        queue = url(compose.service(name), "CELERY_BROKER_URL")

        assert cache.hostname == "redis", f"REDIS_URL of `{name}` leads to the host `redis`"
        # Without a broker's URL the app takes database 1 beside the cache's.
        assert queue.hostname != "redis" or number(queue) != number(cache), (
            f"CELERY_BROKER_URL of `{name}` is another database than REDIS_URL"
        )

    def test_only_the_api_is_published_and_to_this_machine_alone(self, compose):
        found = {
            (service.name, port.rpartition(":")[0])
            for service in compose.services.values()
            for port in service.published
        }

        assert found == {("api", "127.0.0.1")}, "`api` is published on 127.0.0.1, and nothing else"


class TestOrder:
    @pytest.mark.parametrize("name", ["db", "redis"])
    def test_a_server_says_whether_it_is_ready(self, compose, name):
        assert compose.service(name).health, f"`{name}` has a health check"

    def test_the_migrations_run_once_and_end(self, compose):
        migrate = compose.service("migrate")

        assert migrate.command[-4:] == ["python", "-m", "app.cli", "migrate"], (
            "`migrate` runs `python -m app.cli migrate`"
        )
        assert migrate.restart not in BY_ITSELF, "`migrate` is not started again when it has ended"
        assert migrate.waits_for.get("db") == HEALTHY, "`migrate` waits for a healthy `db`"

    @pytest.mark.parametrize("name", ["api", "worker"])
    def test_the_app_waits_for_all_three(self, compose, name):
        waits = compose.service(name).waits_for
        behind = compose.service("migrate").waits_for

        assert waits.get("migrate") == DONE, f"`{name}` waits until `migrate` has ended well"
        assert HEALTHY in (waits.get("db"), behind.get("db")), f"`{name}` waits for a healthy `db`"
        assert waits.get("redis") == HEALTHY, f"`{name}` waits for a healthy `redis`"

    @pytest.mark.parametrize("name", ["api", "worker"])
    def test_the_app_does_not_migrate(self, compose, name):
        command = " ".join(compose.service(name).command)

        found = [word for word in ("migrate", "alembic") if word in command]
        assert found == [], f"`{name}` leaves the migrations to `migrate`"

    def test_the_worker_is_celery(self, compose):
        command = " ".join(compose.service("worker").command)

        missing = [word for word in ("app.celery_app", "worker") if word not in command]
        assert missing == [], "`worker` runs `celery -A app.celery_app worker`"

    def test_the_worker_is_not_asked_for_a_web_page(self, compose):
        worker = compose.service("worker")

        asked = " ".join(worker.health) if worker.settles_health else "the image's, at port 8000"
        assert "8000" not in asked, (
            "`worker` has a health check of its own, or switches the image's off"
        )


class TestAfterAFall:
    @pytest.mark.parametrize("name", LASTING)
    def test_it_comes_back_by_itself(self, compose, name):
        assert compose.service(name).restart in BY_ITSELF, (
            f"`{name}` has `restart: unless-stopped` (or always)"
        )

    def test_the_data_outlive_the_container(self, compose):
        kept = {
            mount.source
            for mount in compose.service("db").mounts
            if mount.kind == "volume" and mount.target.rstrip("/") in DATA
        }

        assert kept & compose.volumes, (
            "the data of `db` are in a volume that has its name in `volumes:`"
        )


class TestDevelopment:
    def test_the_image_runs_what_is_in_the_image(self, compose):
        bound = [
            name
            for name in BACKEND
            if any(mount.kind == "bind" for mount in compose.service(name).mounts)
        ]

        assert bound == [], f"{BASE} mounts no folder of the host into the backend"

    def test_the_override_brings_your_code(self, stack, compose):
        both = stack(BASE, OVERRIDE).compose

        assert set(both.services) == set(compose.services), (
            f"{OVERRIDE} changes services of {BASE}, and adds none"
        )
        assert any(mount.kind == "bind" for mount in both.service("api").mounts), (
            f"{OVERRIDE} mounts your code into `api`"
        )
