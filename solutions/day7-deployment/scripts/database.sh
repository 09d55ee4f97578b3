# region task 7.11
# For `source`: $url, the database of DATABASE_URL as PostgreSQL's own programs name it.

: "${DATABASE_URL:?names the database: postgresql://user:password@host/name}"

# SQLAlchemy names its driver in the scheme; libpq knows of none.
url=${DATABASE_URL/#postgresql+psycopg:/postgresql:}
if [[ $url != postgresql://* ]]; then
  echo "$0: DATABASE_URL names no PostgreSQL" >&2
  exit 2
fi

# The password goes by the environment: everybody on the machine may read a command line.
if [[ $url =~ ^([^@/]*//[^:@/]*):([^@/]*)@(.*)$ ]]; then
  url="${BASH_REMATCH[1]}@${BASH_REMATCH[3]}"
  encoded=${BASH_REMATCH[2]}
  PGPASSWORD=$(printf '%b' "${encoded//%/\\x}")
  export PGPASSWORD
fi

query() { psql --no-psqlrc --quiet --tuples-only --no-align --dbname="$url" --command="$1"; }
# endregion
