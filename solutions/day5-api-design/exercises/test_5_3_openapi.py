"""Task 5.3: the documentation says what the app does, and all of what it does."""

import re

import pytest
from checks.harness.app.api_walk import ApiWalk
from checks.harness.app.malformed_credentials import malformed_credentials
from checks.harness.artefacts.generated_requests import send_generated_requests
from checks.harness.artefacts.openapi import BEARER, Documentation
from checks.harness.fixtures.documented_requests import (
    RESOURCES,
    requests_of_a_stranger,
    requests_of_what_is_missing,
    requests_with_numbers_for_dates,
)
from checks.harness.fixtures.request_bodies import (
    BACKWARDS,
    EVENT,
    WRONG_LOGIN,
    WRONG_LOGIN_FORM,
)

# Domains that belong to nobody (RFC 2606): an address there is nobody's.
RESERVED_DOMAIN = re.compile(r".+@(.+\.)?(example\.(com|org|net)|\w+\.(test|example|invalid))")
METHODS = ("PUT", "PATCH", "DELETE", "POST", "GET")
ANSWERED_EVERYWHERE = {"HEAD", "OPTIONS"}


@pytest.fixture
def docs(api):
    return Documentation.read(api)


@pytest.fixture
def event(factory, organizer):
    return factory.event(organizer)


@pytest.fixture
def task(factory, organizer, event):
    return factory.task(organizer, event)


@pytest.fixture
def send(api, docs):
    """`send(status, method, path, …)`: the answer, whose status and body are as documented."""

    def request(status, method, path, **options):
        answer = api.request(method, f"{docs.root}{path}", **options)
        assert answer.status_code == status, f"{method} {docs.root}{path}: {status}"
        fault = docs.fault(answer)
        assert not fault, fault
        return answer

    return request


class TestErrors:
    @pytest.mark.gate
    def test_a_401_is_documented(self, api, send, docs):
        send(401, "GET", "/auth/me")
        send(401, "POST", "/auth/login", json=WRONG_LOGIN)
        send(401, "POST", "/auth/token", data=WRONG_LOGIN_FORM)
        send(401, "POST", "/auth/refresh", json={"refresh_token": "no token"})
        for operation in docs.operations:
            answer = api.request(operation.method, operation.url())
            fault = answer.status_code == 401 and operation.fault(answer)
            assert not fault, f"without a token {fault}"

    def test_a_403_is_documented(self, send, member, stranger, organizer, event, task):
        send(403, "GET", "/users/all", auth=member)
        send(403, "GET", f"/users/{organizer.id}", auth=member)
        send(403, "PATCH", f"/users/{member.id}/role", auth=member, json={"role": "admin"})
        send(403, "POST", "/events/", auth=member, json=EVENT)
        for method, path, body in requests_of_a_stranger(event["id"], task["id"], organizer.id):
            send(403, method, path, auth=stranger, **body)

    def test_a_404_is_documented(self, send, superuser, event):
        for method, path, body in requests_of_what_is_missing(event["id"], superuser.id):
            send(404, method, path, auth=superuser, **body)

    def test_a_409_is_documented(self, send, member, superuser, event):
        body = {"email": member.email, "password": member.password, "full_name": "Again"}
        participation = f"/events/{event['id']}/participants/{member.id}"
        send(201, "POST", participation, auth=member)

        send(409, "POST", "/auth/register", json=body)
        send(409, "POST", participation, auth=member)
        send(
            409, "PATCH", f"/users/{superuser.id}/role", auth=superuser, json={"role": "organizer"}
        )

    def test_a_400_is_documented(self, send, organizer, event):
        event_path = f"/events/{event['id']}"

        send(400, "POST", "/events/", auth=organizer, json={**EVENT, **BACKWARDS})
        send(400, "PUT", event_path, auth=organizer, json={**EVENT, **BACKWARDS})
        send(400, "PATCH", event_path, auth=organizer, json={"end_time": "2031-05-01T09:00:00Z"})

    def test_a_422_is_documented(self, api, docs, superuser):
        invalid = {"params": {"skip": -1, "limit": 0, "page": 0, "page_size": 0}, "json": {}}
        ids = {"event_id": 0, "user_id": 0, "task_id": 0}

        for operation in docs.operations:
            answer = api.request(operation.method, operation.url(**ids), auth=superuser, **invalid)

            fault = operation.fault(answer)
            assert not fault, f"with impossible ids, numbers and an empty body {fault}"

    def test_a_body_that_is_no_text_is_documented(self, api, docs, superuser):
        body = {"headers": {"Content-Type": "application/json"}, "content": b"\x81"}

        for operation in docs.operations_with_body:
            answer = api.request(operation.method, operation.url(), auth=superuser, **body)

            assert answer.status_code in {400, 422}, f"{operation} with a body that is no text"
            fault = operation.fault(answer)
            assert not fault, f"with a body that is no text {fault}"

    def test_a_429_is_documented(self, server, docs):
        api = server.spawn(RATE_LIMIT_ENABLED="true", LOGIN_RATE_LIMIT="1/minute")
        api.post(f"{docs.root}/auth/login", json=WRONG_LOGIN)

        for answer in (
            api.post(f"{docs.root}/auth/login", json=WRONG_LOGIN),
            api.post(f"{docs.root}/auth/token", data=WRONG_LOGIN_FORM),
        ):
            assert answer.status_code == 429, "a login after the last attempt that was allowed"
            fault = docs.fault(answer)
            assert not fault, fault

    def test_every_error_is_said_to_have_detail_and_code(self, docs):
        valid = [{"detail": "No", "code": "no"}, {"detail": [], "code": "validation_error"}]
        invalid = [{}, {"detail": "No"}, {"detail": []}, {"code": "no"}]
        for operation in docs.operations:
            for status in operation.error_statuses:
                schema = operation.schema(status)

                place = f"the schema of {operation}, {status}"
                assert schema, f"{place}: there is one for application/json"
                fits = schema.is_valid
                assert any(map(fits, valid)), f"{place}: it fits a body of detail and code"
                assert not any(map(fits, invalid)), f"{place}: it requires detail and code"

    def test_what_cannot_happen_is_not_documented(self, docs):
        for operation in docs.operations:
            impossible = ", ".join(operation.impossible_statuses)
            assert not impossible, f"{operation} never answers {impossible}"

    def test_a_405_names_all_methods_of_its_path(self, api, docs):
        for url in sorted({operation.url() for operation in docs.operations}):
            own = {each.method for each in docs.operations if each.url() == url}
            possible = {each.method for each in docs.operations if each.matches(url)}
            refused = next(method for method in METHODS if method not in possible)

            answer = api.request(refused, url)

            assert answer.status_code == 405, f"{refused} {url}: 405"
            header = answer.headers.get("Allow", "")
            allowed = {word.strip() for word in header.split(",")}
            assert own <= allowed, f"{refused} {url}: Allow names all methods of the path"
            for extra in sorted(allowed - possible - ANSWERED_EVERYWHERE):
                status = api.request(extra, url).status_code
                assert status != 405, f"{refused} {url}: Allow names no method that gets a 405"


class TestSuccess:
    @pytest.fixture
    def api_walk(self, send):
        """A client of every route; each of its answers is as documented."""
        return ApiWalk(lambda status, method, _, path, **body: send(status, method, path, **body))

    def test_a_login_from_end_to_end_is_documented(self, api_walk):
        api_walk.log_in_and_out("new")

    def test_an_event_from_end_to_end_is_documented(self, api_walk, superuser, member):
        api_walk.manage_users(superuser, member, member.id)
        api_walk.plan_an_event(superuser, superuser.id, member, member.id)

    def test_whatever_can_be_read_is_documented(self, api, docs, factory, superuser, member):
        event = factory.event(superuser)
        task = factory.task(superuser, event, assigned_to_id=superuser.id)
        api.post(f"{docs.root}/events/{event['id']}/participants/{member.id}", auth=superuser)
        ids = {"event_id": event["id"], "task_id": task["id"], "user_id": member.id}

        for operation in docs.operations:
            if operation.method != "GET" or "/reports/" in operation.path:
                continue  # a report is day 6's, and its id is none of these
            answer = api.get(operation.url(**ids), auth=superuser)

            assert answer.status_code == 200, f"{operation} of an admin"
            fault = operation.fault(answer)
            assert not fault, fault

    @pytest.mark.parametrize(("method", "path"), [route.split() for route in RESOURCES])
    def test_a_schema_names_the_fields(self, docs, method, path):
        operation = docs.find(method, f"{docs.root}{path}")

        request = f"{method} {docs.root}{path}"
        assert operation, f"{request} is in the documentation"
        schema = operation.schema(operation.success_status)
        assert schema, f"{request}: a schema for what goes well"
        for empty in ({}, [{}], None):
            is_valid = schema.is_valid(empty)
            assert not is_valid, f"{request}: a schema that also fits {empty} says nothing"

    @pytest.mark.parametrize(("length", "is_valid"), [(200, True), (201, False)])
    def test_the_limits_are_in_the_schema(self, api, docs, organizer, length, is_valid):
        body = {**EVENT, "title": "x" * length}
        operation = docs.find("POST", f"{docs.root}/events/")

        answer = api.post(operation.path, auth=organizer, json=body)

        request = f"{operation} with a title of {length} characters"
        assert answer.status_code == (201 if is_valid else 422), request
        fits_schema = operation.request_schema.is_valid(body)
        assert fits_schema is is_valid, f"{request}: what its schema says of it"

    def test_a_number_is_no_date_time(self, api, docs, organizer, event, task):
        for method, path, others, name, value in requests_with_numbers_for_dates(
            event["id"], task["id"]
        ):
            body, url = {**others, name: value}, f"{docs.root}{path}"

            answer = api.request(method, url, auth=organizer, json=body)

            request = f"{method} {path} with {name}: {value!r}"
            assert answer.status_code == 422, f"{request}, which is no date-time: 422"
            fits_schema = docs.find(method, url).request_schema.is_valid(body)
            assert not fits_schema, f"{request}: what its schema says of it"


class TestReading:
    def test_every_operation_is_described(self, docs):
        for operation in docs.operations:
            for part in ("summary", "description", "tags"):
                assert operation.definition.get(part), f"{operation} has {part}"

    def test_no_two_operations_have_one_id(self, docs):
        ids = [operation.definition.get("operationId") for operation in docs.operations]

        assert all(ids), "every operation has an operationId"
        repeated = {name for name in ids if ids.count(name) > 1}
        assert not repeated, "no two operations have one operationId"

    def test_a_lock_stands_on_what_is_locked(self, api, docs):
        for operation in docs.operations:
            locked = api.request(operation.method, operation.url()).status_code == 401

            documented = operation.schemes or not locked
            assert documented, f"{operation} wants a token: its security in the documentation"
            kinds = {operation.scheme(name).get("type") for name in operation.schemes}
            assert kinds <= BEARER, f"{operation}: its scheme stands in securitySchemes"

    def test_no_lock_stands_on_what_is_open(self, api, docs):
        for operation in docs.operations:
            locked = api.request(operation.method, operation.url()).status_code == 401

            documented = locked or not operation.schemes
            assert documented, f"{operation} wants no token: its security in the documentation"

    def test_the_cover_names_the_app_and_nobody(self, docs):
        for document in docs.documents:
            info = document["info"]

            assert "Eventure" in info["title"], "info: title"
            assert info.get("description"), "info: description"
            contact = info.get("contact", {})
            assert "Eventure" in contact.get("name", ""), "info: the contact's name is the team's"
            email = contact.get("email", "team@example.org")
            assert RESERVED_DOMAIN.fullmatch(email), (
                "info: the contact's e-mail is at a reserved domain"
            )

    def test_a_422_never_repeats_a_secret(self, api, docs):
        secret = "correct horse"

        for operation in docs.operations_below("/auth/"):
            for body in malformed_credentials(secret):
                answer = api.request(operation.method, operation.path, json=body)

                request = f"{operation} with a malformed body: {answer.status_code}"
                assert secret not in answer.text, f"{request} that does not repeat what was sent"


class TestGeneratedRequests:
    def test_nothing_that_is_documented_is_a_500(self, api, docs, stranger, superuser, factory):
        event = factory.event(superuser)
        task = factory.task(superuser, event)
        ids = {"event_id": event["id"], "task_id": task["id"], "user_id": stranger.id}

        def send(method, target, headers, body):
            user = stranger if "/logout" in target else superuser
            authorized = {**headers, "Authorization": f"Bearer {user.token}"}
            answer = api.request(method, target, headers=authorized, content=body)
            request = f"{method} {target.split('?')[0]} as Schemathesis asks it"
            assert answer.status_code < 500, f"{request}: {answer.status_code}"

        for document in docs.documents:
            send_generated_requests(document, ids, 3, send)
