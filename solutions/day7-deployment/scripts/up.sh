#!/usr/bin/env bash
# From a fresh clone to a backend that answers: scripts/up.sh
# region task 7.3
#| echo "$0: nothing is started yet (task 7.3)" >&2
#| exit 1
#
# A second time it starts what is missing, and changes nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."

# 256 bits in letters and digits: the database's password stands inside a URL.
secret() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }

if [ ! -e .env ]; then
    umask 077 # whoever reads it can sign tokens
    sed -e "s/^SECRET_KEY=$/&$(secret)/" -e "s/^POSTGRES_PASSWORD=$/&$(secret)/" .env.example >.env.new
    mv .env.new .env # whole, or not there: half a file would never be mended
    echo "Made .env, with new secrets. Keep it; without it the database cannot be opened."
fi

if docker compose version >/dev/null 2>&1; then
    exec docker compose up --detach --build --wait
fi
# 1.29.2 does not know --wait; whoever comes too early finds nobody at port 8000 yet.
exec docker-compose up --detach --build
# endregion
