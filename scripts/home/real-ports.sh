# SPDX-License-Identifier: BSD-3-Clause
# What the demo checks and says before it takes real ports, and where to look; sourced by scripts/demo.

# The environment of the ssh login this runs under, through sudo too: "client cport server sport" or nothing.
ssh_connection() {
	local pid=$$ found=${SSH_CONNECTION:-}
	while [ -z "$found" ] && [ "$pid" -gt 1 ]; do
		found=$(tr '\0' '\n' 2>/dev/null <"/proc/$pid/environ" | sed -n 's/^SSH_CONNECTION=//p') || true
		pid=$(awk '/^PPid:/ { print $2 }' "/proc/$pid/status" 2>/dev/null || echo 1)
	done
	printf '%s' "$found"
}

# The interface that an ssh login came in by.
login_port() {
	local connection server
	connection=$(ssh_connection)
	[ -n "$connection" ] || return 0
	read -r _ _ server _ <<<"$connection"
	ip -o addr show | awk -v a="${server%%%*}" '{ split($4, x, "/"); if (x[1] == a) { sub("@.*", "", $2); print $2; exit } }'
}

wired_ports() {
	local path
	for path in /sys/class/net/*; do
		[ "${path##*/}" = lo ] || [ -e "$path/wireless" ] || [ -e "$path/phy80211" ] || [ ! -e "$path/device" ] || printf '%s ' "${path##*/}"
	done
}

check_real_ports() {
	local lan=$1 wan=$2 port login kind
	[ -n "$lan" ] && [ -n "$wan" ] || fail "a bridge has two ends: give both --lan (towards your devices) and --wan (towards the modem or router)"
	[ "$lan" != "$wan" ] || fail "--lan and --wan are both $lan: a bridge needs two different ports (wired ports here: $(wired_ports))"
	for port in "$lan" "$wan"; do
		kind=$(ip -o link show dev "$port" 2>/dev/null) || fail "there is no port $port (wired ports here: $(wired_ports))"
		[ ! -e "/sys/class/net/$port/wireless" ] && [ ! -e "/sys/class/net/$port/phy80211" ] ||
			fail "$port is Wi-Fi: an access point accepts only the frames of the one station that joined it," \
				"so it cannot be bridged; use a wired port"
		[[ $kind = *link/ether* ]] || fail "$port is not an Ethernet port"
	done
	login=$(login_port)
	for port in "$lan" "$wan"; do
		[ "$port" != "$login" ] || fail "$port carries this login, which would be cut off;" \
			"use two other ports, or the machine's own keyboard"
	done
	[ "$(id -u)" = 0 ] || fail "real ports need root; run: sudo $ROOT/scripts/demo --lan $lan --wan $wan"
}

confirm_real_ports() {
	local lan=$1 wan=$2 yes=$3 port addresses answer
	say "demo: about to bridge $lan (your devices) and $wan (modem or router)."
	say "  All traffic between them then passes spin-dataplane. If it dies, nothing passes until it is started"
	say "  again; this script does so after 3 s. Ctrl-C gives both ports back to Linux, and nothing passes then."
	for port in "$lan" "$wan"; do
		addresses=$(ip -o addr show dev "$port" scope global | awk '{ printf " %s", $4 }')
		[ -z "$addresses" ] || say "  $port has the address$addresses: this machine is not reachable at it meanwhile."
	done
	[ -z "$yes" ] || { ip link set "$lan" up && ip link set "$wan" up; return; }
	read -r -p "Continue? [y/N] " answer </dev/tty || answer=n
	[[ $answer = [yY]* ]] || fail "nothing was changed"
	for port in "$lan" "$wan"; do ip link set "$port" up; done
}

advise() {
	local address=$1 login=$2 password=$3 connection client server sshport
	say "" "  The web interface:  $login" \
		"  That address lets one browser in, once and today. After that: $address, name demo, password $password" ""
	connection=$(ssh_connection)
	if [ -n "$connection" ]; then
		read -r client _ server sshport <<<"$connection"
		say "  You are logged in over ssh. On your own computer (${client}) run, and open the first address there:" \
			"    ssh -L ${address##*:}:127.0.0.1:${address##*:} -p $sshport ${SUDO_USER:-$(id -un)}@$server" ""
	fi
	if [ -z "$lan" ]; then
		say "  This is a pretend home: ten devices in this machine, and no packet leaves it. Three things to try:"
		sed -n 's/^    - "\(.*\)"$/   - \1/p' "$ROOT/scripts/home/banner.yaml"
		say ""
	fi
	say "  For programs:    curl -H \"Authorization: Bearer \$(cat $run/token)\" $address/api/v1/devices" \
		"  From a terminal: $build/control/spinctl --run-dir $run status" "  Ctrl-C ends the demo and removes everything it made."
}
