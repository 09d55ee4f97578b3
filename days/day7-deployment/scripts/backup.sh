#!/usr/bin/env bash
# Dump the database of DATABASE_URL: scripts/backup.sh FILE
# region task 7.11
echo "$0: nothing is backed up yet (task 7.11)" >&2
exit 1
# endregion
