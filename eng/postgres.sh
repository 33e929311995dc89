#!/usr/bin/env bash
# A PostgreSQL server for tests, reached by a socket in its own folder only.
#   eng/postgres.sh start FOLDER [PID]   makes and starts it, and prints its address; with a process, ends when that has ended, and takes the folder away
#   eng/postgres.sh stop FOLDER          ends it
#   eng/postgres.sh find ""              says whether one can be started: 0 if PostgreSQL is installed
set -euo pipefail
folder=$2
initdb=$(command -v initdb || ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -V | tail -1 || true)
[ -n "$initdb" ] || { echo "PostgreSQL is not installed: apt-get install postgresql" >&2; exit 1; }
bin=$(dirname "$(readlink -f "$initdb")")

# The server refuses to run as root.
as() { if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi; }

case $1 in
find) ;;
start)
  mkdir -p "$folder"
  [ "$(id -u)" != 0 ] || chown postgres "$folder"
  as "$bin/initdb" -D "$folder/data" -U akin --auth=trust -E UTF8 --locale=C --no-sync >/dev/null
  # What tests write need not outlive the machine.
  as "$bin/pg_ctl" -D "$folder/data" -w -l "$folder/log" -o "-c listen_addresses='' -c unix_socket_directories='$folder' -c fsync=off" start </dev/null >/dev/null
  if [ -n "${3:-}" ]; then
    setsid bash -c 'while kill -0 "$1" 2>/dev/null; do sleep 1; done; "$0" stop "$2"; rm -rf "$2"' "$(readlink -f "$0")" "$3" "$folder" </dev/null >/dev/null 2>&1 &
  fi
  echo "postgresql://akin@localhost/postgres?host=$folder"
  ;;
stop)
  as "$bin/pg_ctl" -D "$folder/data" -w -m immediate stop >/dev/null
  ;;
esac
