"""The Celery worker of the tests: which of its processes is killed, and that none is left."""

import os
import subprocess
import sys

from checks.harness.doubles.celery_worker import leaf_processes, parent_pids, process_tree

# 1 is the worker in its sandbox: 2 and 3 wrap 4, whose pool is 5 and 6; 9 is somebody else's.
TREE = {1: 0, 2: 1, 3: 2, 4: 3, 5: 4, 6: 4, 9: 0}


def test_the_pools_children_are_the_youngest_of_the_family() -> None:
    assert process_tree(1, TREE) == {1, 2, 3, 4, 5, 6}
    assert leaf_processes(1, TREE) == [5, 6]


def test_a_worker_without_a_pool_has_nobody_to_kill() -> None:
    assert leaf_processes(9, TREE) == []


def test_a_process_is_known_with_its_parent() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as child:
        assert dict(parent_pids())[child.pid] == os.getpid()
        child.kill()
