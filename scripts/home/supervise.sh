# SPDX-License-Identifier: BSD-3-Clause
# Keeps a program running, as a service manager would; sourced, with `run` set to the run directory.

# supervise NAME READY COMMAND…: starts it in the background with its output in $run/NAME.log and
# returns when a line holding READY came (left in $ready_line). Ended, it is started again 3 s later.
supervise() {
	local name=$1 ready=$2 fifo=$run/$1.fifo
	shift 2
	rm -f "$fifo"
	mkfifo "$fifo"
	exec {answer}<>"$fifo"
	(
		exec {answer}>&-
		while :; do
			setpriv --pdeathsig TERM "$@" 2>&1 </dev/null | while IFS= read -r line; do
				printf '%s\n' "$line" >>"$run/$name.log"
				case $line in *"$ready"*) [ ! -p "$fifo" ] || printf '%s\n' "$line" >"$fifo" ;; esac
			done || true
			printf '%s ended; it is started again in 3 s\n' "$name" >>"$run/$name.log"
			[ ! -p "$fifo" ] || echo ended >"$fifo"
			sleep 3
		done
	) &
	supervisors+=($!)
	read -r -t 40 ready_line <&"$answer" || ready_line=ended
	rm -f "$fifo"
	exec {answer}>&-
	[ "$ready_line" != ended ] || {
		echo "$name did not start:" >&2
		tail -n 5 "$run/$name.log" >&2
		return 1
	}
}
supervisors=()
