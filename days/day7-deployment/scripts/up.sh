#!/usr/bin/env bash
# From a fresh clone to a backend that answers: scripts/up.sh
# region task 7.3
echo "$0: nothing is started yet (task 7.3)" >&2
exit 1
# endregion
