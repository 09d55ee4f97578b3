"""The environment of a Compose service: secrets and addresses among its variables."""

from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

from checks.harness.app.parsing import parse
from checks.harness.artefacts.compose import Service

SECRET_NAMES = ("PASSWORD", "PASSWD", "SECRET", "TOKEN", "_KEY")


def secrets(service: Service) -> Iterator[tuple[str, str]]:
    """(variable, secret): the whole value of a variable so named, or the password in a URL.

    A variable that ends in `_FILE` names a file, and holds no secret.
    """
    for name, value in service.environment.items():
        if any(word in name.upper() for word in SECRET_NAMES):
            if value and not name.endswith("_FILE"):
                yield name, value
        elif "://" in value and (password := _url(service, name, value).password):
            yield name, password


def url_setting(service: Service, name: str) -> SplitResult:
    """A variable that is a URL, in parts; every part is empty for one that is not set."""
    return _url(service, name, service.environment.get(name, ""))


def redis_database(url: SplitResult) -> str:
    """The number of the Redis database that the URL names; "0" when it names none."""
    return url.path.strip("/") or "0"


def _url(service: Service, name: str, value: str) -> SplitResult:
    """The parts of the URL. Fails the test for one that is none, such as `redis://[a`."""

    def parts() -> SplitResult:
        try:
            return urlsplit(value)
        except ValueError as error:
            raise ValueError(f"{service.name}.environment.{name}: {error}") from None

    return parse(service.file, "YAML", b"", parts)
