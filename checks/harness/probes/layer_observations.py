"""Day 1's layers as they run: an app that answers requests, and a use case without any app.

Each function is one process of probes in the learner's tree; its value has each answer by name.
"""

from typing import Any

from checks.harness.app.commands import Commands, ProbeAnswers
from checks.harness.probes import appless_session, request_observer, tracing, use_case_call
from checks.harness.probes.module_source import source_of

OBSERVER = """
errors = ErrorRecorder(given["web"], given["inner"])  # before your app makes one
observer = RequestObserver(life, given["token"])
"""
OBSERVATIONS = {
    "chain": "answer = observer.creation(given['chain'])",
    "commits": "answer = observer.commits()",
    "crud": "answer = commits_of_crud(given['user_id'])",
    "errors": """
answer = observer.refusals(errors, given["event_id"], given["stranger"], given["backwards"])
""",
}
NO_HTTP = "import_without(given['http'])"
CALLS = {
    "success": "answer = create_event(given['user_id'], event_data('Nightly', FIRST, SECOND))",
    "failure": """
answer = creation_error(given["user_id"], event_data("Backwards", SECOND, FIRST))
""",
}


def observe_requests(commands: Commands, **given: Any) -> ProbeAnswers:
    """`chain`, `commits`, `crud` and `errors`: what is seen inside the app while it answers.

    `given` has the `token` of an organizer and their `user_id`, the `event_id` of their event, the
    token of a `stranger`, the `chain` of the answer file, `backwards` (times that end before they
    start), and the names of the `web` frameworks and of the `inner` layers.
    """
    prepare = source_of(tracing, appless_session, request_observer) + OBSERVER
    return commands.probes(prepare, OBSERVATIONS, **given)


def call_use_case(commands: Commands, **given: Any) -> ProbeAnswers:
    """`success` and `failure` of create_event where no package of `http` can be imported.

    A nightly job has such a process. The event is called Nightly; its organizer is `user_id`.
    """
    prepare = source_of(appless_session, use_case_call) + NO_HTTP
    return commands.probes(prepare, CALLS, **given)
