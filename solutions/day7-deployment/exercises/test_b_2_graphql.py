"""Task B2: GraphQL beside REST. Its rows, its rights, and a bound for what a query costs."""

from functools import partial

import pytest
from checks.harness.app import graphql_bounds as bounds
from checks.harness.app import graphql_queries as queries
from checks.harness.app import graphql_requests as requests
from checks.harness.app.commit_hold import refused_title
from checks.harness.app.concurrency import concurrent_calls, results, status_or_none
from checks.harness.app.graphql_assertions import (
    assert_answered,
    assert_nothing_is_asked,
    assert_refused,
    count_statements,
)
from checks.harness.app.graphql_client import PATH, GraphQL, instants, twin
from checks.harness.app.lock_waits import lock_waits, table_lock
from checks.harness.app.polling import wait_until
from checks.harness.app.sample_rows import insert_meetups, insert_tasks

EVENTS, TASKS = "/api/v1/events/", "/api/v1/tasks/"
EVENT_COUNT, TIMEOUT = "SELECT count(*) FROM events", 5.0


class TestReading:
    @pytest.mark.gate
    def test_events_are_those_of_rest(self, api, graphql, database):
        insert_meetups(database, 1, 6)
        rows = [instants(twin(row)) for row in api.get(EVENTS).json()]

        events = [instants(event) for event in graphql.data(queries.ALL_EVENTS)["events"]]

        case = f"{{ events }}: the events of GET {EVENTS}, in their order"
        assert [event["id"] for event in events] == [row["id"] for row in rows], case
        assert events == rows, f"{case}, with the same values"

    @pytest.mark.gate
    def test_an_event_has_its_organizer_and_its_tasks(self, api, graphql, database, member):
        insert_meetups(database, 1, 8)

        for event in graphql.data(queries.ORGANIZERS_AND_TASKS, member)["events"]:
            owner = event["title"].replace("Meetup", "Owner")
            path = f"{TASKS}event/{event['id']}"
            rows = [instants(twin(row)) for row in api.get(path, auth=member).json()]
            case = f"{{ events {{ organizer tasks }} }} of {event['title']}"
            assert event["organizer"] == {"fullName": owner}, f"{case}: its organizer"
            assert [instants(task) for task in event["tasks"]] == rows, f"{case}: those of {path}"

    def test_a_page_is_what_was_asked_for(self, api, graphql, database):
        insert_meetups(database, 1, 105)
        ids = [row["id"] for row in api.get(f"{EVENTS}?limit=1000").json()]
        pages = {(1, 7): ids[:7], (3, 7): ids[14:21], (2147483647, 99): [], (2, 100): ids[100:]}

        usual = [row["id"] for row in graphql.data("{ events { id } }")["events"]]
        assert usual == ids[:20], "{ events }: page 1, with 20 events"
        for (page, size), expected in {**pages, (1, 1000): ids[:100]}.items():
            case = f"events(page: {page}, pageSize: {size}) of 105 events"
            found = graphql.data(queries.PAGE_OF_EVENTS, page=page, size=size)["events"]
            assert [row["id"] for row in found] == expected, f"{case}, in the order of GET {EVENTS}"
        for each in queries.BELOW_ONE:
            codes = graphql.ask(queries.PAGE_OF_EVENTS, None, each).codes
            assert codes == {"validation_error"}, f"events, {each}: validation_error"

    def test_each_event_has_its_own_page_of_tasks(self, graphql, factory, database, organizer):
        totals = {factory.event(organizer)["id"]: total for total in (103, 0, 3)}
        for event_id, total in totals.items():
            insert_tasks(database, event_id, total)
        database.execute("UPDATE tasks SET title = 'Edited' WHERE mod(id, 3) = 1")  # moves rows
        database.execute("ANALYZE tasks")  # then a join reads them as they lie
        rows = database.rows("SELECT id, event_id FROM tasks ORDER BY id")

        for page in (1, 2, 3, 2147483647):
            for event in graphql.data(queries.PAGE_OF_TASKS, organizer, page=page)["events"]:
                ids = [row["id"] for row in rows if row["event_id"] == event["id"]]
                case = f"tasks(page: {page}, pageSize: 2) of an event with {len(ids)} tasks"
                assert [task["id"] for task in event["tasks"]] == ids[2 * page - 2 : 2 * page], case
        ask = partial(graphql.ask, queries.TASKS_OF_ONE, organizer)
        sized = {"id": next(iter(totals)), "page": 1, "size": 5000}
        found = ask(sized).data["event"]["tasks"]
        assert len(found) == 100, "tasks(pageSize: 5000) of an event with 103 tasks: 100"
        for each in queries.BELOW_ONE:
            codes = ask({**sized, **each}).codes
            assert codes == {"validation_error"}, f"tasks, {each}: validation_error"

    def test_an_unknown_event_is_null(self, graphql, factory, organizer):
        event_id = factory.event(organizer)["id"]

        found = graphql.data("query Q($id: Int!) { event(id: $id) { id } }", id=event_id)["event"]
        assert found == {"id": event_id}, "event(id:) of an event"
        for unknown in (event_id + 1, 2147483647):
            answer = graphql.ask(f"{{ event(id: {unknown}) {{ id }} }}")
            found = answer.data.get("event"), answer.codes
            assert found == (None, {"not_found"}), "event(id:) of nothing: null, and not_found"


class TestRights:
    def test_tasks_need_a_login(self, graphql, factory, organizer, users, bad_senders):
        event = factory.event(organizer)
        factory.task(organizer, event)
        query = f"{{ event(id: {event['id']}) {{ title tasks {{ id }} }} }}"

        tasks = graphql.data(query, users.member())["event"]["tasks"]
        assert len(tasks) == 1, "event { tasks } with any user's access token: its one task"
        for name, sender in bad_senders(users.member).items():
            answer = graphql.ask(query, sender)
            case = f"event {{ title tasks }}, access token {name}"
            expected = {"title": event["title"], "tasks": None}
            assert answer.data.get("event") == expected, f"{case}: tasks is null"
            assert answer.codes_at("event", "tasks") == {"unauthenticated"}, f"{case}: its code"

    def test_an_email_is_for_its_owner_and_for_admins(self, graphql, factory, users, bad_senders):
        organizer, stranger, member = users.organizer(), users.organizer(), users.member()
        emails = {user.id: user.email for user in (organizer, stranger)}
        for owner in (organizer, stranger):
            factory.task(owner, factory.event(owner))
        askers = [
            ("an organizer", organizer, {organizer.id}, {"forbidden"}),
            ("an admin", users.superuser(), set(emails), set()),
            ("a member", member, set(), {"forbidden"}),
        ]
        for name, sender in bad_senders(users.superuser).items():
            askers.append((f"an admin, access token {name}", sender, set(), {"unauthenticated"}))

        for name, sender, visible, codes in askers:
            answer = graphql.ask(queries.EMAILS, sender)
            case = f"organizer {{ id email }}, asked by {name}"
            for event in answer.data["events"]:
                shown, nested = event["organizer"], event["tasks"] or []
                expected = emails[shown["id"]] if shown["id"] in visible else None
                found = {shown["email"], *(each["event"]["organizer"]["email"] for each in nested)}
                assert found == {expected}, f"{case}: the e-mail or null, wherever the user stands"
            assert answer.codes_at("events", "organizer", "email") == codes, f"{case}: the code"


class TestDatabase:
    def test_twenty_events_take_as_many_statements_as_three(
        self, graphql, database, statements, organizer, superuser
    ):
        pages = {queries.WHOLE_PAGE: organizer, queries.PAGE_OF_EMAILS: superuser}
        count_now = partial(count_statements, graphql, statements)
        insert_meetups(database, 1, 3)
        counts_for_3 = [count_now(*page) for page in pages.items()]
        insert_meetups(database, 4, 20)

        for page, for_3 in zip(pages.items(), counts_for_3, strict=True):
            count = count_now(*page)
            assert count == for_3 <= 4, f"{page[0]}: {for_3} for 3 events, {count} for 20, of 4"

    def test_a_query_that_waits_holds_nobody_up(self, api, database):
        ask = partial(GraphQL(api).ask, "{ events { id } }")

        with concurrent_calls(ask, 1, table_lock(database, "events")) as waiting:
            wait_until(lambda: lock_waits(database) == 1, "{ events } asks for rows", TIMEOUT)
            status = status_or_none(api, "/api/v1", TIMEOUT)
            still_waits = lock_waits(database) == 1

        case = "GET /api/v1 while { events } waits for the database"
        assert status == 200, f"{case}: 200, not no answer: the event loop waits with the query"
        assert still_waits, f"{case}: at once, not after it: the event loop waits with the query"
        assert results(waiting)[0].data == {"events": []}, "{ events } after it has waited"


class TestLimits:
    def test_six_levels_are_answered_and_seven_refused(self, ask_each):
        assert_answered(ask_each(bounds.deep(6)))
        assert_refused(ask_each(bounds.deep(7)))
        several = {"one of three operations": f"{bounds.TWO_OPERATIONS} query C {bounds.DEEP}"}
        assert_refused(ask_each(several, operation="C"))
        for name in ("A", "B"):
            [(_, answer)] = ask_each({"": bounds.TWO_OPERATIONS}, operation=name)
            assert [*answer.data] == [name.lower()], f"POST {PATH} with operationName {name} of two"

    def test_fifteen_aliases_are_answered_and_sixteen_refused(self, ask_each):
        assert_answered(ask_each(bounds.with_aliases(15)))
        assert_refused(ask_each(bounds.with_aliases(16)))

    def test_a_thousand_objects_are_answered_and_more_refused(self, ask_each):
        assert_answered(ask_each({**bounds.CHEAP, **bounds.CHEAP_BY_DEFAULT}))
        assert_refused(ask_each({**bounds.EXPENSIVE, **bounds.EXPENSIVE_BY_DEFAULT}))
        assert_answered(ask_each(bounds.SIZED, variables={"n": 10}))
        assert_refused(ask_each(bounds.SIZED, variables={"n": 11}))
        assert_refused(ask_each(bounds.SIZED_BY_FLOAT, variables={"n": 100.0}))

    def test_what_is_refused_asks_nothing_of_the_database(
        self, ask_each, graphql, statements, organizer
    ):
        for sender in (organizer, None):
            assert_nothing_is_asked(ask_each(bounds.ABUSES, sender), statements)
        bodies = bounds.ABUSIVE_BODIES.items()
        assert_nothing_is_asked(((name, graphql.send(each)) for name, each in bodies), statements)

        assert graphql.data("{ __typename }"), "{ __typename } after all of these"

    @pytest.mark.parametrize("kind", requests.KINDS)
    def test_there_is_no_other_way_in(self, api, database, organizer, kind):
        variables = {"input": twin(requests.VALID)}
        operation = {"query": queries.CREATE % "id", "variables": variables}
        method, options = requests.refused_requests(operation)[kind]

        answer = api.request(method, PATH, auth=organizer, **options)

        case = f"a mutation at {PATH}, sent as {kind}"
        assert 400 <= answer.status_code < 500, f"{case}: 4xx"
        assert database.value(EVENT_COUNT) == 0, f"{case}: nothing is created"


class TestProduction:
    def test_the_schema_is_not_told(self, production):
        asked = queries.INTROSPECTION.items()
        assert_refused((f"{name}, in production", production.ask(each)) for name, each in asked)
        for name, (query, variables) in queries.MISSPELT.items():
            told = production.ask(query, None, variables).text
            assert f"'{name}'" not in told, f"{query}, in production: no error suggests {name}"
        page = production.api.get(PATH, headers={"Accept": "text/html,*/*"})
        assert page.status_code >= 400, f"GET {PATH} of a browser, in production: no page"
        assert production.data("{ __typename events { __typename } }"), "__typename, in production"

    def test_elsewhere_it_is_the_schema_of_the_file(self, graphql, commands, tree):
        printed = commands.run("python", "-m", "app.cli", "print-schema")
        told = requests.read_schemas(graphql, printed.stdout, tree.text("schema.graphql"))

        case = "is the schema that `python -m app.cli print-schema` prints"
        assert told["introspection"] == told["printed"], f"what introspection tells {case}"
        assert told["stored"] == told["printed"], f"schema.graphql {case}"


class TestErrors:
    def test_a_malformed_query_says_so(self, graphql, organizer):
        for name, (query, variables) in requests.MALFORMED.items():
            answer = graphql.ask(query, organizer, variables)
            assert_refused([(name, answer)])
            assert answer.codes == {"validation_error"}, f"POST {PATH}, {name}: validation_error"
        assert_refused((name, graphql.ask(q)) for name, q in queries.WITHOUT_OPERATION.items())
        unknown = graphql.ask("query A { events { id } }", operation="B")
        assert_refused([("operationName B of a query A", unknown)])

    def test_a_bug_is_for_the_log_only(self, graphql, hidden_table, ask_each, api):
        position = api.process.log_size()
        list(ask_each({"an e-mail": queries.EMAILS, "malformed": "{ nothing }"}, sender=None))
        log_of_refusals = api.process.log(position)
        position = api.process.log_size()
        with hidden_table("events"):
            answer = graphql.ask("{ events { id } }")

        case = "{ events } while the table is not there"
        assert answer.codes == {"internal_error"}, f"{case}: internal_error"
        told = [word for word in ("SELECT", "psycopg", "relation") if word in answer.text]
        assert told == [], f"{case}: nothing of the exception in the answer"
        assert "UndefinedTable" in api.process.log(position), f"{case}: the exception in the log"
        assert "Traceback" not in log_of_refusals, "refusals leave no traceback in the log"


class TestMutation:
    def test_create_event_is_what_rest_creates(self, production, organizer):
        api, sent = production.api, twin(requests.VALID)
        query = queries.CREATE % f"{queries.EVENT_FIELDS} organizer {{ email }} tasks {{ id }}"
        assert api.get(EVENTS).json() == [], f"GET {EVENTS} before there are events"

        created = production.data(query, organizer, input=sent)["createEvent"]

        beside = created.pop("organizer"), created.pop("tasks")
        assert beside == ({"email": organizer.email}, []), "createEvent: its organizer, no tasks"
        stored = [twin(row) for row in api.get(EVENTS).json()]
        case = "createEvent: what it answers"
        assert [*map(instants, stored)] == [instants(created)], f"{case} is in GET {EVENTS} at once"
        by_rest = twin(api.post(EVENTS, json=requests.VALID, auth=organizer).json())
        for name in (*sent, "status", "organizerId", "description"):
            assert created[name] == by_rest[name], f"{case} has the {name} of POST {EVENTS}"

    def test_its_rules_are_those_of_rest(self, api, graphql, database, users, bad_senders):
        organizer, member = users.organizer(), users.member()
        cases = [(name, change, organizer) for name, change in requests.INVALID.items()]
        values = {"": {}, **{name: requests.INVALID[name] for name in requests.AGAINST_A_RULE}}
        for who, sender in (("of nobody", None), ("of a member", member)):
            cases += [(f"{who} {name}", change, sender) for name, change in values.items()]
        for name, sender in bad_senders(users.organizer).items():
            cases.append((f"of an organizer, access token {name}", {}, sender))
        for name, change, sender in cases:
            body = {**requests.VALID, **change}
            code = api.post(EVENTS, json=body, auth=sender).json()["code"]
            answer = graphql.ask(queries.CREATE % "id", sender, {"input": twin(body)})
            assert answer.codes == {code}, f"createEvent {name}: {code}, as of POST {EVENTS}"
        assert database.value(EVENT_COUNT) == 0, "a createEvent that is refused creates nothing"
        query, sent, admin = queries.CREATE % "id", twin(requests.VALID), users.superuser()
        assert graphql.data(query, admin, input=sent)["createEvent"], "createEvent of an admin"

    def test_each_mutation_is_a_transaction_of_its_own(self, api, graphql, database, organizer):
        good, ids = {**twin(requests.VALID), "status": "SCHEDULED"}, []
        for name, (body, error) in requests.REFUSALS.items():
            sent = {"good": good, "bad": twin(body)}
            with refused_title(database, "events", requests.REFUSED_TITLE, error):
                code = api.post(EVENTS, json=body, auth=organizer).json()["code"]
                answer = graphql.ask(queries.CREATE_THREE, organizer, sent)
            case = f"createEvent three times in one request, the second {name}"
            assert answer.data.get("second", 0) is None, f"{case}: the second is null"
            assert answer.codes_at("second") == {code}, f"{case}: the second's code, as REST's"
            ids += [(answer.data.get(each) or {}).get("id") for each in ("first", "third")]
            rows = database.rows("SELECT id FROM events WHERE status = 'scheduled' ORDER BY id")
            assert [row["id"] for row in rows] == ids, f"{case}: the first and the third are stored"
