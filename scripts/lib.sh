# SPDX-License-Identifier: BSD-3-Clause
# What setup, build, demo and test share; sourced, with ROOT set to the checkout.

say() { printf "%s\n" "$@"; }
fail() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

require_debian_12() {
	local found=
	# shellcheck source=/dev/null
	[ -r /etc/os-release ] && found=$(. /etc/os-release && echo "${ID:-} ${VERSION_ID:-}")
	[ "$found" = "debian 12" ] || fail "this needs Debian 12 (bookworm), and this machine runs ${found:-something else}; nothing was installed."
}

# Runs a command as whoever called sudo, so that what it writes in the checkout is theirs.
as_caller() {
	if [ "$(id -u)" = 0 ] && [ -n "${SUDO_USER:-}" ] && [ "$SUDO_USER" != root ]; then
		runuser -u "$SUDO_USER" -- env HOME="$(getent passwd "$SUDO_USER" | cut -d: -f6)" "$@"
	else
		"$@"
	fi
}

# Runs a command quietly; its output is shown when it fails.
quietly() {
	local log status=0
	log=$(mktemp)
	"$@" >"$log" 2>&1 || status=$?
	[ "$status" = 0 ] || { cat "$log" >&2; }
	rm -f "$log"
	return "$status"
}
