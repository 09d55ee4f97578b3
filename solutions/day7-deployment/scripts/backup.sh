#!/usr/bin/env bash
# Dump the database of DATABASE_URL: scripts/backup.sh FILE
# region task 7.11
#| echo "$0: nothing is backed up yet (task 7.11)" >&2
#| exit 1
#
# FILE is a whole dump or it is not there: it gets its name when pg_dump has succeeded. An older
# FILE stays until then.
set -euo pipefail
umask 077 # everybody's e-mail and password hash are in it

file=${1:?the dump to write: scripts/backup.sh FILE}
source "$(dirname "$0")/database.sh"

# A newer pg_dump names settings that this server does not know; an older one refuses by itself.
number=$(query "SHOW server_version_num")
server=$((number / 10000))
[[ $(pg_dump --version) =~ \)\ ([0-9]+) ]]
if [[ ${BASH_REMATCH[1]} -ne $server ]]; then
  echo "$0: pg_dump is version ${BASH_REMATCH[1]}, the server is version $server; take its own" >&2
  exit 1
fi

part=$(mktemp "$file.XXXXXX")
trap 'rm -f "$part"' EXIT
pg_dump --format=custom --file="$part" --dbname="$url"
mv "$part" "$file"
# endregion
