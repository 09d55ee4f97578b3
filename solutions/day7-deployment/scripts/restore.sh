#!/usr/bin/env bash
# Restore a dump into the empty database of DATABASE_URL: scripts/restore.sh FILE
# region task 7.11
#| echo "$0: nothing is restored yet (task 7.11)" >&2
#| exit 1
#
# All of it or nothing: one transaction. A database with tables is refused, because one day this
# is typed in a hurry, and DATABASE_URL is still the one of the morning.
set -euo pipefail

file=${1:?the dump to read: scripts/restore.sh FILE}
source "$(dirname "$0")/database.sh"

tables=$(query "SELECT count(*) FROM pg_stat_user_tables")
if [[ $tables -ne 0 ]]; then
  echo "$0: the database has $tables tables; name an empty one in DATABASE_URL" >&2
  exit 1
fi
# The roles of the machine that was dumped need not exist here: who restores is the owner.
pg_restore --single-transaction --no-owner --no-privileges --dbname="$url" "$file"
query "ANALYZE" # a dump has no statistics, and without them the planner guesses
# endregion
