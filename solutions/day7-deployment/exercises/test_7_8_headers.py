"""Task 7.8: a browser is told whose pages may read an answer, and what not to do with it."""

import pytest

EVENTS, ME, LOGIN = "/api/v1/events/", "/api/v1/auth/me", "/api/v1/auth/login"
FRONT, ADMIN = "https://front.example", "http://localhost:5173"
ORIGIN, CREDENTIALS = "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"
# Paths, and what they answer: an error is an answer too.
ANSWERS = {EVENTS: 200, ME: 401, f"{EVENTS}2000000000": 404, f"{EVENTS}?limit=0": 422, "/no": 404}
REFERRER_POLICIES = {
    "no-referrer",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
}
FOREIGN_ORIGINS = [
    "https://evil.example",
    "https://front.example.evil.example",
    "https://evilfront.example",
    "https://front-example",
    "http://front.example",
    "https://front.example:444",
    "null",
]

# A scheme, a host and a port if need be: each of these is an origin, and these are not.
OTHER_ORIGINS = f"{FRONT},http://127.0.0.1:3000,https://front.example:8443,http://[::1]:5173"
NO_ORIGINS = [
    *("*", f"{FRONT},*", f"{FRONT}/", f"{FRONT}/app", "https://*.front.example", "null"),
    *("front.example", "//front.example", "ftp://front.example", "https://", f"{FRONT}?page=1"),
    *(f"{FRONT}#top", "https://ada@front.example", "https://ada:secret@front.example"),
    *(f"{FRONT}:", f"{FRONT}:https", f'["{ADMIN}", "{FRONT}/"]', f"{ADMIN},{FRONT} {ADMIN}"),
]
# Which of the lists the settings and the app take, in one process: a start for each is dear.
TAKEN_LISTS = """
import os

def takes(origins):
    os.environ["BACKEND_CORS_ORIGINS"] = origins
    try:
        from app.core.config import get_settings
        getattr(get_settings, "cache_clear", lambda: None)()
        settings = get_settings()
        from app.main import create_app
        create_app(settings)
    except BaseException:
        return False
    return True

answer = [origins for origins in given["lists"] if takes(origins)]
"""


@pytest.fixture
def app(server):
    """The app with two origins, behind a proxy that it trusts."""
    return server.shared(BACKEND_CORS_ORIGINS=f"{FRONT}, {ADMIN}", FORWARDED_ALLOW_IPS="*")


def preflight(app, origin, method, path=f"{EVENTS}1", headers="authorization, content-type"):
    """What a browser asks before a request that a form could not make."""
    request_headers = {
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": headers,
    }
    return app.request("OPTIONS", path, headers={"Origin": origin, **request_headers})


def header_values(header):
    """The words of a list in a header, in small letters."""
    return {word.strip().lower() for word in header.split(",")}


def assert_readable(answer, origin, case):
    """A page of the origin may read the answer, its users' credentials or not."""
    assert answer.headers.get(ORIGIN) == origin, f"{case}: {ORIGIN}"
    assert answer.headers.get(CREDENTIALS) == "true", f"{case}: {CREDENTIALS}"
    assert "origin" in header_values(answer.headers.get("Vary", "")), f"{case}: Vary has Origin"


def assert_protected(answer, case):
    """The headers that every answer has."""
    headers = answer.headers
    assert headers.get("X-Content-Type-Options") == "nosniff", f"{case}: X-Content-Type-Options"
    policy = headers.get("Content-Security-Policy", "")
    framing = headers.get("X-Frame-Options") == "DENY" or "frame-ancestors 'none'" in policy
    assert framing, f"{case}: X-Frame-Options or frame-ancestors"
    referrer = headers.get("Referrer-Policy", "")
    assert referrer in REFERRER_POLICIES, f"{case}: a Referrer-Policy that tells strangers no path"


class TestOrigins:
    @pytest.mark.gate
    def test_a_page_of_the_list_may_read(self, app):
        for origin in (FRONT, ADMIN):
            answer = app.get(EVENTS, headers={"Origin": origin})

            assert_readable(answer, origin, f"GET {EVENTS} with Origin: {origin}")

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
    def test_it_may_write_with_a_token(self, app, method):
        answer = preflight(app, FRONT, method)

        case = f"OPTIONS {EVENTS}1 before {method} with Authorization"
        assert answer.is_success, f"{case}: {answer.status_code}"
        assert_readable(answer, FRONT, case)
        allowed = header_values(answer.headers.get("Access-Control-Allow-Methods", ""))
        assert method.lower() in allowed, f"{case}: Access-Control-Allow-Methods"
        allowed = header_values(answer.headers.get("Access-Control-Allow-Headers", ""))
        assert {"authorization", "content-type"} <= allowed, f"{case}: allowed headers"

    @pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
    def test_no_other_page_may(self, app, origin):
        answers = [app.get(EVENTS, headers={"Origin": origin}), preflight(app, origin, "DELETE")]

        for answer, method in zip(answers, ("GET", "OPTIONS"), strict=True):
            allowed = answer.headers.get(ORIGIN)
            assert allowed is None, f"{method} {EVENTS} with Origin: {origin}: no {ORIGIN}"

    def test_errors_may_be_read_too(self, app):
        for path, status in ANSWERS.items():
            answer = app.get(path, headers={"Origin": FRONT})

            case = f"GET {path} with Origin: {FRONT}"
            assert answer.status_code == status, case
            assert_readable(answer, FRONT, f"{case} ({status})")

    def test_even_a_bug(self, app, missing_events_table):
        answer = app.get(EVENTS, headers={"Origin": FRONT})

        case = f"GET {EVENTS} when the app has a bug"
        assert answer.status_code == 500, case
        assert_readable(answer, FRONT, case)
        assert_protected(answer, case)

    def test_scripts_see_the_headers_that_they_need(self, app):
        answer = app.get(EVENTS, headers={"Origin": FRONT})

        exposed = header_values(answer.headers.get("Access-Control-Expose-Headers", ""))
        case = f"GET {EVENTS}: Access-Control-Expose-Headers"
        assert {"x-request-id", "retry-after"} <= exposed, f"{case}: X-Request-ID, Retry-After"

    def test_the_list_may_be_json(self, server):
        app = server.shared(BACKEND_CORS_ORIGINS=f'["{FRONT}"]')

        answer = app.get(EVENTS, headers={"Origin": FRONT})

        assert_readable(answer, FRONT, f"GET {EVENTS} with the list of origins as JSON")

    def test_without_a_list_nobody_may(self, api):
        answers = [api.get(EVENTS, headers={"Origin": FRONT}), preflight(api, FRONT, "DELETE")]

        allowed = [answer.headers.get(ORIGIN) for answer in answers]
        assert allowed == [None, None], f"GET {EVENTS} without BACKEND_CORS_ORIGINS: no {ORIGIN}"

    def test_it_does_not_start_with_anything_else(self, commands, startup_error):
        taken = commands.probe(TAKEN_LISTS, lists=[OTHER_ORIGINS, *NO_ORIGINS])

        # What the settings do not say, the start itself does.
        for origins in ["*", *(each for each in taken if each in NO_ORIGINS[1:])]:
            output = startup_error(BACKEND_CORS_ORIGINS=origins)
            case = f"with BACKEND_CORS_ORIGINS={origins}"
            assert output is not None, f"{case} the app does not start"
            assert "BACKEND_CORS_ORIGINS" in output.upper(), f"{case} it names the variable"
        if OTHER_ORIGINS not in taken:
            output = startup_error(BACKEND_CORS_ORIGINS=OTHER_ORIGINS)
            assert output is None, f"with BACKEND_CORS_ORIGINS={OTHER_ORIGINS} the app starts"


class TestHeaders:
    def test_every_answer_has_them(self, app):
        for path in (*ANSWERS, "/docs"):
            assert_protected(app.get(path), f"GET {path}")

    def test_a_preflight_has_them(self, app):
        assert_protected(preflight(app, FRONT, "DELETE"), f"OPTIONS {EVENTS}1")

    @pytest.mark.parametrize("version", ["/api/v1", "/api/v2", "/api"])
    def test_tokens_are_not_stored(self, app, member, version):
        credentials = {"email": member.email, "password": member.password}
        login = app.post(f"{version}/auth/login", json=credentials)
        form = {"username": member.email, "password": member.password}
        refresh = {"refresh_token": login.json()["refresh_token"]}
        answers = {
            "login": login,
            "login with a wrong password": app.post(
                f"{version}/auth/login", json={**credentials, "password": "not the password"}
            ),
            "token": app.post(f"{version}/auth/token", data=form),
            "refresh": app.post(f"{version}/auth/refresh", json=refresh),
        }

        for name, answer in answers.items():
            policy = answer.headers.get("Cache-Control", "")
            assert "no-store" in policy, f"POST {version}/auth/{name}: Cache-Control: no-store"

    def test_https_stays_https(self, app):
        answer = app.get(EVENTS, headers={"X-Forwarded-Proto": "https"})

        policy = answer.headers.get("Strict-Transport-Security", "")
        case = f"GET {EVENTS} by https (X-Forwarded-Proto of a trusted proxy)"
        assert "max-age=" in policy, f"{case}: Strict-Transport-Security"
        assert "max-age=0" not in policy, f"{case}: Strict-Transport-Security for longer"

    def test_http_does_not_promise_it(self, app, api):
        headers = {"X-Forwarded-Proto": "https"}
        answers = [app.get(EVENTS), api.get(EVENTS), api.get(EVENTS, headers=headers)]

        policies = [answer.headers.get("Strict-Transport-Security") for answer in answers]
        case = f"GET {EVENTS} by http, or by https as a stranger says"
        assert policies == [None] * 3, f"{case}: no Strict-Transport-Security"
