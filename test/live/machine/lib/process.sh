# Starting, awaiting and stopping the cluster's programs; each has NAME.pid and NAME.log in the cluster's home.
# shellcheck shell=bash disable=SC2154,SC2034 # home and port come from the script that reads this file, socket goes to it

start() { # NAME COMMAND...
  local name=$1
  shift
  "$@" >>"$home/$name.log" 2>&1 &
  echo $! >"$home/$name.pid"
}

# True when the process of the pid file lives and is ours: its number may have gone to another program since. (A dead
# one that nobody has reaped yet has no command line.)
running() { # NAME
  local pid
  pid=$(cat "$home/$1.pid" 2>/dev/null) || return 1
  tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF -e "$home" -e "127.0.0.1:$(cat "$home/port" 2>/dev/null)"
}

stop() { # NAME [SIGNAL]
  local pid
  if running "$1"; then
    pid=$(cat "$home/$1.pid")
    kill -s "${2:-TERM}" "$pid" 2>/dev/null || true
    for _ in $(seq 100); do
      running "$1" || break
      sleep 0.1
    done
    if running "$1"; then kill -s KILL "$pid" 2>/dev/null || true; fi
  fi
  rm -f "$home/$1.pid"
}

wait_for() { # SECONDS WHAT COMMAND...
  local limit=$1 what=$2
  shift 2
  for _ in $(seq $((limit * 10))); do
    if "$@" >/dev/null 2>&1; then return; fi
    sleep 0.1
  done
  echo "cluster: $what not ready after $limit s; see $home/*.log" >&2
  exit 1
}

# CLUSTER_PORT, or the first of seven consecutive ports that nothing listens on.
choose_port() {
  if [ -n "${CLUSTER_PORT:-}" ]; then
    echo "$CLUSTER_PORT"
    return
  fi
  local taken first port
  taken=$(ss -Htln | awk '{ sub(/.*:/, "", $4); print $4 }')
  for first in $(seq 20443 10 29443); do
    for port in $(seq "$first" $((first + 6))); do
      if grep -qx "$port" <<<"$taken"; then continue 2; fi
    done
    echo "$first"
    return
  done
  echo 'cluster: no seven free ports between 20443 and 29449' >&2
  exit 1
}

read_port() {
  port=$(cat "$home/port")
  socket=/run/lynceus-cluster-$port/containerd.sock
}
