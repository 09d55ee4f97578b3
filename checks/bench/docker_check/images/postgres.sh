#!/usr/bin/env bash
# What the real image does with POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB, and no more.
set -euo pipefail

as_postgres() { setpriv --reuid postgres --regid postgres --init-groups "$@"; }

if [ "$1" != postgres ]; then
  exec "$@"
fi
chown postgres:postgres "$PGDATA"
chmod 700 "$PGDATA"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  password=$(mktemp)
  printf '%s' "$POSTGRES_PASSWORD" >"$password"
  chown postgres "$password"
  as_postgres initdb --username "$POSTGRES_USER" --pwfile "$password" \
    --auth-local trust --auth-host scram-sha-256
  rm "$password"
  echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
  # On its socket alone: nobody may meet a server that ends in a moment.
  as_postgres pg_ctl --wait --options "-c listen_addresses=''" start
  as_postgres createdb --username "$POSTGRES_USER" "$POSTGRES_DB"
  as_postgres pg_ctl --wait --mode fast stop
fi
exec setpriv --reuid postgres --regid postgres --init-groups "$@" -c "listen_addresses=*"
