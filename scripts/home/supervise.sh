# SPDX-License-Identifier: BSD-3-Clause
# Sourced, with `run` set to the run directory.

# supervise NAME READY COMMAND…: keeps it running in the background, with its output in $run/NAME.log, and
# returns when a line holding READY came (left in $ready_line). It dies with the script that calls this.
supervise() {
	local fifo=$run/$1.fifo
	mkfifo "$fifo"
	exec {answer}<>"$fifo"
	setpriv --pdeathsig TERM "$(dirname "${BASH_SOURCE[0]}")/keep" "$run" "$@" {answer}>&- &
	supervisors+=($!)
	read -r -t 40 ready_line <&"$answer" || ready_line=ended
	rm -f "$fifo"
	exec {answer}>&-
	[ "$ready_line" != ended ] || {
		echo "$1 did not start:" >&2
		tail -n 6 "$run/$1.log" >&2
		return 1
	}
}
supervisors=()
