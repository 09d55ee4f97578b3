"""Task B3: a WebSocket tells what happens, in every process, and loses nothing."""

from functools import partial

import pytest
from checks.harness.app.commit_hold import CommitHold, refused_commit
from checks.harness.app.concurrent_requests import blocked_requests
from checks.harness.app.live_messages import EVENTS, HISTORY, LIMIT, SETTINGS, heard_of, titles
from checks.harness.app.lock_waits import lock_waits
from checks.harness.app.polling import wait_until
from checks.harness.fixtures.live_processes import app, event, other, rename
from checks.harness.fixtures.live_sockets import SOCKET, TICKETS

__all__ = ["app", "event", "other", "rename"]  # fixtures

READY, PAGE, EVIL = "/health/ready", "https://app.example", "https://app.example.evil.example"
TIMES = {"start_time": "2031-05-01T10:00:00Z", "end_time": "2031-05-01T12:00:00Z"}
LONG_TITLE, UNREAD, TIMEOUT = "🎪" * 200, 600, 10.0


class TestTickets:
    @pytest.mark.gate
    def test_a_ticket_opens_a_socket(self, app, sockets, member):
        answer = app.post(TICKETS, auth=member)

        assert answer.status_code == 201, f"POST {TICKETS} with an access token: 201"
        assert set(answer.json()) == {"ticket", "expires_in"}, f"POST {TICKETS}: the keys"
        hello = sockets.listen(app, member, ticket=answer.json()["ticket"]).hello
        case = f"the first message of {SOCKET}?ticket=…"
        assert (hello.get("type"), hello.get("missed")) == ("hello", False), case
        assert type(hello.get("position")) in (str, int, float), f"{case} has a position"

    def test_only_a_user_gets_one(self, app, member):
        assert app.post(TICKETS).status_code == 401, f"POST {TICKETS} without a token: 401"
        answer = app.post(TICKETS, auth=member)
        assert "no-store" in answer.headers.get("cache-control", ""), f"POST {TICKETS}: no-store"
        assert answer.json()["expires_in"] == 30, f"POST {TICKETS}: expires_in by default"

    def test_it_is_good_once(self, app, other, sockets, races, member):
        ticket = sockets.ticket(app, member)

        sockets.listen(other, member, ticket=ticket)

        for process in (app, other):
            case = f"{SOCKET} with a ticket that was used in another process, and here"
            assert sockets.is_refused(process, member, ticket=ticket), f"{case}: refused"
        case = f"{SOCKET} twice at once with one ticket: one of the two is refused"
        assert not races.two_with_one_ticket(app, member), case

    def test_it_ends_with_its_time(self, server, app, sockets, member):
        brief = server.spawn(**SETTINGS, WS_TICKET_SECONDS="1")
        answer, clock = brief.post(TICKETS, auth=member), sockets.listen(app, member)

        for _ in range(4):  # a ping every half second
            clock.receive("pings come", with_pings=True)

        assert answer.json()["expires_in"] == 1, f"POST {TICKETS} with WS_TICKET_SECONDS=1"
        case = f"{SOCKET} with a ticket of 1 s, after more than that"
        assert sockets.is_refused(brief, member, ticket=answer.json()["ticket"]), case

    def test_nothing_else_opens_one(self, app, sockets, users, member, stranger):
        ticket = sockets.ticket(app, stranger)
        users.deactivate(stranger)

        cases = {
            "an empty ticket": "",
            "a made-up ticket": "A" * 43,
            "an access token": member.token,
            "the ticket of a user who was switched off since": ticket,
        }
        assert sockets.is_refused_without_ticket(app), f"{SOCKET} without `ticket`: refused"
        for name, each in cases.items():
            assert sockets.is_refused(app, member, ticket=each), f"{SOCKET} with {name}: refused"

    def test_a_page_from_elsewhere_is_refused(self, app, sockets, races, member):
        for origin in (EVIL, "http://app.example", "null", "https://APP.example.", f"{PAGE}:444"):
            case = f"{SOCKET} with Origin: {origin}, which BACKEND_CORS_ORIGINS has not: refused"
            assert sockets.is_refused(app, member, origin=origin), case
        for origin in (PAGE, "https://other.example", ""):
            sockets.listen(app, member, origin=origin).close()
        case = f"{SOCKET} with Origin: {PAGE}, without BACKEND_CORS_ORIGINS: refused"
        assert sockets.is_refused(races.far, member, origin=PAGE), case
        sockets.listen(races.far, member).close()


class TestMessages:
    @pytest.mark.gate
    def test_an_update_reaches_the_sockets_of_all_processes(
        self, app, other, sockets, member, event, rename, organizer
    ):
        path = f"{EVENTS}{event['id']}"
        listeners = [sockets.listen(process, member) for process in (app, other)]

        rename(app, "First")
        assert app.patch(path, json={"location": "Hall 2"}, auth=organizer).status_code == 200, path
        answer = other.put(path, json={"title": "Second", **TIMES}, auth=organizer)
        assert answer.status_code == 200, f"PUT {path} by the organizer: 200"

        case = f"after two PATCHes in one process and a PUT in another: {SOCKET}"
        for listener in listeners:
            messages = [listener.receive(f"{case} has all three") for _ in range(3)]
            found = [(m["type"], m["event_id"], m["title"]) for m in messages]
            expected = [("event.updated", event["id"], t) for t in ("First", "First", "Second")]
            assert found == expected, f"{case}: the three messages, in order"
            assert len({m["position"] for m in messages}) == 3, f"{case}: each has its position"

    def test_who_joins_is_told_and_who_is_refused_is_not(
        self, app, other, sockets, member, event, rename, organizer, stranger
    ):
        listener = sockets.listen(other, member)
        path = f"{EVENTS}{event['id']}/participants/{member.id}"
        added = f"{EVENTS}{event['id']}/participants/{stranger.id}"

        assert app.post(path, auth=member).status_code == 201, f"POST {path}: 201"
        assert app.post(path, auth=member).status_code == 409, f"POST {path} once more: 409"
        rename(app, "Afterwards")

        message = listener.receive(f"after POST {path}: a message")
        found = (message["type"], message["event_id"], message["user_id"])
        assert found == ("participant.joined", event["id"], member.id), f"after POST {path}"
        case = "after a second POST that is refused, and a PATCH: the next message"
        assert listener.receive(case)["type"] == "event.updated", case
        assert app.post(added, auth=organizer).status_code == 201, f"POST {added}: 201"
        case = f"after POST {added} by the organizer, who adds somebody: a message"
        message = listener.receive(case)
        assert (message["type"], message["user_id"]) == ("participant.joined", stranger.id), case

    def test_nobody_is_told_before_the_commit(
        self, app, other, sockets, member, event, rename, database
    ):
        listener = sockets.listen(other, member)
        path = f"{EVENTS}{event['id']}/participants/{member.id}"

        with (
            CommitHold(database, "event_participants", "INSERT") as commit,
            blocked_requests(database, lambda: app.post(path, auth=member)) as answers,
        ):
            waits = f"POST {path} writes a row"
            wait_until(lambda: lock_waits(database) or answers, waits, TIMEOUT)
            rename(other, "Meanwhile")
            first = listener.receive("a PATCH in another process is told")
            commit.release()

        case = f"the first message while the COMMIT of POST {path} waits: of another request"
        assert first["type"] == "event.updated", case
        case = f"after the COMMIT of POST {path}: a message"
        assert listener.receive(case)["type"] == "participant.joined", case

    def test_what_is_rolled_back_is_never_told(
        self, app, sockets, member, event, rename, organizer, database
    ):
        listener = sockets.listen(app, member)
        with refused_commit(database, "events", "UPDATE"):
            app.patch(f"{EVENTS}{event['id']}", json={"title": "Never"}, auth=organizer)

        rename(app, "Really")

        case = "after a PATCH whose COMMIT fails and one whose does not: the first message"
        assert titles(listener, 1, case) == ["Really"], case


class TestComingBack:
    def test_who_comes_back_misses_nothing(
        self, app, other, sockets, races, member, stranger, rename
    ):
        listener = sockets.listen(app, member)
        rename(app, "1")
        position = listener.receive("a PATCH is told")["position"]
        listener.abort()
        for title in ("2", "3"):
            rename(other, title)

        back = sockets.listen(other, member, after=position)
        rename(app, "4")

        case = f"{SOCKET}?after=… in another process, after two PATCHes, and one more since"
        assert back.hello["missed"] is False, f"{case}: nothing is missed"
        assert titles(back, 3, case) == ["2", "3", "4"], f"{case}: each once, in order"
        clock, tell = sockets.listen(races.far, stranger), partial(rename, app)
        for back, expected in races.interrupted_look_backs(member, clock, tell):
            case = f"{SOCKET}?after=…, and a PATCH while the process looks back"
            assert titles(back, 3, case) == expected, f"{case}: each message once, in order"

    def test_so_many_messages_are_kept_and_more_are_said_to_be_lost(
        self, app, sockets, member, rename
    ):
        listener = sockets.listen(app, member)
        positions = []
        for number in range(HISTORY + 2):  # in step: more than WS_HISTORY at once may be too many
            rename(app, str(number))
            positions.append(listener.receive("a PATCH is told")["position"])
        for after, missed in ((listener.hello["position"], True), (positions[1], False)):
            back = sockets.listen(app, member, after=after)
            case = f"{SOCKET}?after=…, {HISTORY + 2 * missed} messages behind, WS_HISTORY={HISTORY}"
            assert back.hello["missed"] is missed, f"{case}: missed"
            if not missed:
                kept = [str(number) for number in range(2, HISTORY + 2)]
                assert titles(back, HISTORY, case) == kept, case
            back.close()
        for nonsense in ("nonsense", "-1", "9" * 30, "9" * 15 + "-0"):
            odd = sockets.try_to_listen(app, member, after=nonsense)
            case = f"{SOCKET}?after={nonsense}, which is no position: refused, or missed is true"
            assert odd is None or odd.hello["missed"] is True, case

    def test_a_lost_connection_to_redis_loses_nothing(
        self, app, sockets, races, member, rename, redis_relay, database
    ):
        listener = sockets.listen(races.far, member)

        redis_relay.refuse()
        refusal = races.far.post(TICKETS, auth=member)
        rename(app, "Meanwhile")
        redis_relay.resume()
        rename(app, "Afterwards")

        case = "a process lost Redis and found it again: its sockets have what was told meanwhile"
        assert titles(listener, 2, case) == ["Meanwhile", "Afterwards"], case
        assert refusal.status_code == 503, f"POST {TICKETS} while Redis is down: 503"
        position = listener.hello["position"]
        for count in (HISTORY, HISTORY + 3):
            case = f"{count} PATCHes while a process had lost Redis, with WS_HISTORY={HISTORY}"
            told = races.tell_unheard(partial(rename, app), count)
            heard, position = heard_of(listener, told, position, case)
            is_all = heard == count
            assert is_all or count > HISTORY, f"{case} and WS_QUEUE_SIZE=3: all are told"
            back = None if is_all else sockets.listen(app, member, after=position)
            assert is_all or back.hello["missed"], f"{case}: closed, and missed is true then"
        redis_relay.refuse()
        rename(races.far, "Untold")
        found = database.value("SELECT count(*) FROM events WHERE title = 'Untold'")
        assert found == 1, "a PATCH while Redis is away from its process: 200, and committed"


class TestSockets:
    def test_an_idle_one_holds_no_connection(self, app, sockets, member):
        for _ in range(LIMIT):
            sockets.listen(app, member)

        case = f"GET {EVENTS} with {LIMIT} open sockets and a pool of one connection"
        assert app.get(EVENTS).status_code == 200, case

    def test_a_user_has_so_many_and_no_more(self, app, sockets, races, member, stranger):
        races.abandon(member, 50)
        sentence = "after fifty sockets that were opened and left at once the next is let in"
        wait_until(lambda: not sockets.is_refused(races.far, member), sentence, TIMEOUT)
        first, *others = [sockets.listen(app, member) for _ in range(LIMIT)]

        case = f"{SOCKET} once more, with WS_MAX_PER_USER={LIMIT} open ones"
        assert sockets.is_refused(app, member), f"{case}: refused"
        assert sockets.listen(app, stranger).hello, f"{case} of somebody else: let in"
        first.close()
        others[0].abort()
        for way in ("said goodbye", "vanished"):
            sentence = f"when a socket has {way} another one is let in"
            wait_until(lambda: not sockets.is_refused(app, member), sentence, TIMEOUT)
            sockets.listen(app, member)
        for _ in range(LIMIT - 1):
            sockets.listen(races.far, member)
        case = f"{SOCKET} twice at once, with one place left: one of the two is refused"
        assert races.most_let_in_at_once(member) <= 1, case

    def test_who_does_not_read_is_cut_off(self, app, sockets, member, stranger, rename):
        slow, reader = sockets.listen(app, member), sockets.listen(app, stranger)
        for _ in range(LIMIT - 1):
            sockets.listen(app, member)

        for _ in range(UNREAD // 50):
            for _ in range(50):  # in step: who reads is never further behind than WS_HISTORY
                rename(app, LONG_TITLE)
                titles(reader, 1, "who reads has every message, whoever else does not")
            if is_cut := not sockets.is_refused(app, member):
                break

        assert is_cut, f"a socket that {UNREAD} messages wait for and nobody reads is still open"
        slow.close_code("a socket that was cut off ends")

    def test_silence_is_broken_by_pings(self, app, sockets, member, rename):
        socket = sockets.listen(app, member)

        for _ in range(2):
            case = f"{SOCKET} with WS_PING_SECONDS=0.5 while nothing happens: a message"
            assert socket.receive(case, with_pings=True) == {"type": "ping"}, case
        rename(app, "Afterwards")
        case = f"{SOCKET} after two pings and a PATCH"
        assert titles(socket, 1, case) == ["Afterwards"], case

    def test_sigterm_sends_them_away_at_once(self, server, sockets, member):
        app = server.spawn(**SETTINGS, DRAIN_SECONDS="60", GRACEFUL_TIMEOUT="60")
        listeners = [sockets.listen(app, member) for _ in range(2)]

        ticket = sockets.ticket(app, member)
        app.process.terminate()

        case = f"{SOCKET} after SIGTERM, while DRAIN_SECONDS=60 are not over"
        for listener in listeners:
            code = listener.close_code(f"{case}: it is closed")
            assert code == 1001, f"{case}: closed with 1001, going away"
        assert sockets.is_refused(app, member, ticket=ticket), f"{case}: a new one is refused"
        assert app.get(EVENTS).status_code == 200, f"GET {EVENTS} then: still served"
        wait_until(lambda: app.get(READY).status_code == 503, f"GET {READY} then: 503", TIMEOUT)
