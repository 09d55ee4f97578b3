"""Task 7.2: five services that wait for each other, come back, and tell nobody a secret."""

import pytest
from checks.harness.artefacts.compose_settings import redis_database, secrets, url_setting
from checks.harness.artefacts.container_command import (
    is_idle,
    started_program,
    starts_server,
    starts_worker,
)
from checks.harness.artefacts.database_volume import data_volume
from checks.harness.artefacts.health_check import asks_nobody
from checks.harness.artefacts.image_reference import has_version

BASE, OVERRIDE = "docker-compose.yml", "docker-compose.override.yml"
SERVICES = ("db", "redis", "migrate", "api", "worker")
BACKEND = ("migrate", "api", "worker")
LONG_RUNNING = ("db", "redis", "api", "worker")
RESTART_POLICIES = ("always", "unless-stopped")
HEALTHY, COMPLETED = "service_healthy", "service_completed_successfully"


@pytest.fixture
def compose(compose_project):
    """docker-compose.yml alone."""
    return compose_project().compose


@pytest.fixture
def read_script(tree):
    """The text of a shell script of this folder, by its path in the image; None for another."""

    def read(path):
        parts = [part for part in path.split("/") if part.strip(".")]
        names = ["/".join(parts[start:]) for start in range(len(parts))]
        found = [name for name in names if name.endswith(".sh") and tree.exists(name)]
        return tree.text(found[0]) if found else None

    return read


class TestFile:
    @pytest.mark.gate
    def test_it_names_the_five_services(self, compose):
        missing = [name for name in SERVICES if name not in compose.services]

        assert missing == [], f"{BASE} has the services {', '.join(SERVICES)}"

    def test_docker_compose_1_29_2_takes_it_too(self, compose):
        assert compose.unsupported_keys() == [], f"docker-compose 1.29.2 knows every word of {BASE}"

    def test_an_image_from_elsewhere_has_a_version(self, compose):
        images = [service.image for service in map(compose.service, ("db", "redis"))]

        assert all(map(has_version, images)), (
            f"the images of `db` and `redis` have a tag that is not `latest`: {images}"
        )

    def test_the_backend_is_one_image(self, compose):
        api, *others = map(compose.service, ("api", "migrate", "worker"))

        assert api.is_built, "`api` is built from this folder"
        assert all(
            service.definition.get("build") == api.definition["build"]
            or (service.image and service.image == api.image)
            for service in others
        ), "`migrate` and `worker` are built as `api` is, or name its image"


class TestSecrets:
    @pytest.mark.parametrize(
        ("name", "variable"),
        [("api", "SECRET_KEY"), ("worker", "SECRET_KEY"), ("db", "POSTGRES_PASSWORD")],
    )
    def test_nothing_starts_without_them(self, compose_project, name, variable):
        application = compose_project()
        service = application.compose.service(name)
        value = service.environment.get(variable, "")

        from_a_file = f"{variable}_FILE" in service.environment or service.has_env_file
        assert application.comes_from_variable(value) or (not value and from_a_file), (
            f"without a value for {variable} of `{name}`, Compose starts nothing"
        )
        assert application.refuses_empty(value) or not value, (
            f"with an empty value for {variable} of `{name}`, Compose starts nothing"
        )

    def test_none_stands_in_the_file(self, compose_project):
        application = compose_project()

        revealed = [
            f"{service.name}.{name}"
            for service in application.compose.services.values()
            for name, value in secrets(service)
            if not application.comes_from_variable(value)
        ]

        assert revealed == [], f"no password and no key stands in {BASE}, not even as a default"


class TestNetworks:
    @pytest.mark.parametrize("name", BACKEND)
    def test_the_database_is_the_service_db(self, compose, name):
        address = url_setting(compose.service(name), "DATABASE_URL")

        assert address.hostname == "db", f"DATABASE_URL of `{name}` leads to the host `db`"

    @pytest.mark.parametrize("name", ["api", "worker"])
    def test_cache_and_queue_are_two_databases_of_redis(self, compose, name):
        cache = url_setting(compose.service(name), "REDIS_URL")
        queue = url_setting(compose.service(name), "CELERY_BROKER_URL")

        assert cache.hostname == "redis", f"REDIS_URL of `{name}` leads to the host `redis`"
        # Without a broker's URL the app takes database 1 of the cache's server.
        number = redis_database(queue) if queue.scheme else "1"
        is_elsewhere = queue.scheme and queue.hostname != "redis"
        assert is_elsewhere or number != redis_database(cache), (
            f"CELERY_BROKER_URL of `{name}` is another database than REDIS_URL"
        )

    def test_only_the_api_is_published_and_to_this_machine_alone(self, compose):
        addresses = {
            (service.name, port.rpartition(":")[0])
            for service in compose.services.values()
            for port in service.published
        }

        assert addresses == {("api", "127.0.0.1")}, (
            "`api` is published on 127.0.0.1, and nothing else"
        )


class TestOrder:
    @pytest.mark.parametrize("name", ["db", "redis"])
    def test_a_server_says_whether_it_is_ready(self, compose, name):
        words = compose.service(name).healthcheck

        assert words, f"`{name}` has a health check"
        assert not asks_nobody(words), f"`{name}`: its health check asks the server"

    def test_the_migrations_run_once_and_end(self, compose, read_script):
        migrate = compose.service("migrate")
        program = started_program(migrate.command, read_script)
        # A script of the image, such as one that waits, starts what is named behind it.
        unread = program.words[:1] != () and program.words[0].endswith(".sh")
        words = migrate.command[-3:] if unread else ["-m", *program.words]

        assert words == ["-m", "app.cli", "migrate"], "`migrate` runs `python -m app.cli migrate`"
        assert migrate.restart == "no" or migrate.restart.startswith("on-failure"), (
            "`migrate` is not started again when it has ended"
        )
        assert migrate.depends_on.get("db") == HEALTHY, "`migrate` waits for a healthy `db`"

    @pytest.mark.parametrize("name", ["api", "worker"])
    def test_the_app_waits_for_all_three(self, compose, name):
        conditions = compose.service(name).depends_on
        migrate_conditions = compose.service("migrate").depends_on

        assert conditions.get("migrate") == COMPLETED, (
            f"`{name}` waits until `migrate` has ended well"
        )
        assert HEALTHY in (conditions.get("db"), migrate_conditions.get("db")), (
            f"`{name}` waits for a healthy `db`"
        )
        assert conditions.get("redis") == HEALTHY, f"`{name}` waits for a healthy `redis`"

    @pytest.mark.parametrize("name", ["api", "worker"])
    def test_the_app_does_not_migrate(self, compose, name):
        command = " ".join(compose.service(name).command)

        words = [word for word in ("migrate", "alembic") if word in command]
        assert words == [], f"`{name}` leaves the migrations to `migrate`"

    def test_the_worker_is_celery(self, compose, read_script):
        worker = compose.service("worker")

        assert starts_worker(worker.command, "app.celery_app", read_script), (
            "`worker` runs `celery -A app.celery_app worker`"
        )

    def test_the_worker_is_not_asked_for_a_web_page(self, compose):
        worker = compose.service("worker")

        healthcheck = (
            " ".join(worker.healthcheck)
            if worker.overrides_healthcheck
            else "the image's, at port 8000"
        )
        assert "8000" not in healthcheck, (
            "`worker` has a health check of its own, or switches the image's off"
        )


class TestRestart:
    @pytest.mark.parametrize("name", LONG_RUNNING)
    def test_it_comes_back_by_itself(self, compose, name):
        assert compose.service(name).restart in RESTART_POLICIES, (
            f"`{name}` has `restart: unless-stopped` (or always)"
        )

    def test_the_data_outlive_the_container(self, compose):
        assert data_volume(compose.service("db")) in compose.volumes, (
            "the data of `db` are in a volume that has its name in `volumes:`"
        )


class TestDevelopment:
    def test_the_image_runs_what_is_in_the_image(self, compose):
        names = [
            name
            for name in BACKEND
            if any(mount.kind == "bind" for mount in compose.service(name).mounts)
        ]

        assert names == [], f"{BASE} mounts no folder of the host into the backend"

    def test_the_override_brings_your_code(self, compose_project, compose):
        merged = compose_project(BASE, OVERRIDE).compose

        assert set(merged.services) == set(compose.services), (
            f"{OVERRIDE} changes services of {BASE}, and adds none"
        )
        assert any(mount.kind == "bind" for mount in merged.service("api").mounts), (
            f"{OVERRIDE} mounts your code into `api`"
        )


class TestStart:
    def test_compose_starts_all_five(self, compose, read_script):
        services = [compose.service(name) for name in SERVICES]

        left_out = [service.name for service in services if not service.is_started]
        assert left_out == [], (
            "`docker compose up` starts each of the five: no `profiles`, and not 0 containers"
        )
        idle = [
            service.name
            for service in services
            if service.command and is_idle(started_program(service.command, read_script))
        ]
        assert idle == [], "the command of each service starts its program"
        api = compose.service("api").command
        assert not api or starts_server(api, read_script), (
            "the command of `api`, where it has one of its own, starts the server"
        )
