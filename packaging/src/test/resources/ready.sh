#!/bin/bash
# usage: ready.sh WEIR CONFIG PORT: starts the gateway, waits until it is ready, asks its store, stops it.
# Prints the last answers; the exit code is the gateway's.
"$1" run --config "$2" &
gateway=$!
ask() { # port path
  exec 3<>"/dev/tcp/127.0.0.1/$1" || return
  printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' "$2" >&3
  answer=$(cat <&3)
  exec 3>&-
}
for _ in {1..900}; do
  answer=
  { ask "$3" /health/ready; } 2>/dev/null
  case $answer in *' 200 '*) break ;; esac
  kill -0 $gateway 2>/dev/null || break
  sleep 0.1
done
printf 'ready: %s\n' "$answer"
kill -TERM $gateway
wait $gateway
