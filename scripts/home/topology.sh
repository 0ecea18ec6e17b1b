#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# The pretend home and the dataplane in it; run by scripts/demo as the first process of new network,
# mount and process namespaces, so that all of it is gone when this process is.
#
# Usage: topology.sh RUN_DIR -- COMMAND…       COMMAND is the dataplane; it finds ports lan0 and wan0
#
#   devices -- switch (a namespace with a kernel bridge) -- lan0 [dataplane] wan0 -- internet (router, servers)
set -euo pipefail
run=$1
shift 2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python=/usr/bin/python3
. "$here/supervise.sh"

# A /run and a resolver of its own: nothing of the host's is asked, and nothing there is changed.
private_files() {
	local resolv
	resolv=$(readlink -f /etc/resolv.conf || true)
	exec 9<"$run"
	mount -t tmpfs tmpfs /run
	mkdir -p /run/netns "$(dirname "$resolv")"
	case $run in /run/*) mkdir -p "$run" && mount --bind /proc/self/fd/9 "$run" ;; esac
	exec 9<&-
	[ -e "$resolv" ] || : >"$resolv"
	printf 'nameserver 192.168.26.1\noptions timeout:2 attempts:2\n' >/run/resolv.conf
	mount --bind /run/resolv.conf "$resolv"
	# /sys of this network namespace, for the dataplane; where that is refused the host's stays.
	mount -t sysfs sysfs /sys 2>/dev/null || true
}

within() {
	local ns=$1
	shift
	nsenter --net="/run/netns/$ns" -- "$@"
}

sysctl_in() { within "$1" sh -c "echo $3 >/proc/sys/net/$2"; }

# cable LAN-SIDE-NS NAME NS NAME [MAC]: a veth pair, offloads off, because a real cable carries finished frames.
cable() {
	local end
	ip link add "$2" netns "$1" type veth peer name "$4" netns "$3" ${5:+address "$5"}
	for end in "$1 $2" "$3 $4"; do
		set -- $end
		within "$1" ethtool -K "$2" tx off tso off gso off gro off >/dev/null
		within "$1" ip link set "$2" up
	done
}

# The port's end in this namespace; silent, so that the gateway itself says nothing on the wire.
port() {
	ip link add "$1" type veth peer name "$3" netns "$2"
	echo 1 >"/proc/sys/net/ipv6/conf/$1/disable_ipv6"
	ethtool -K "$1" tx off tso off gso off gro off >/dev/null
	within "$2" ethtool -K "$3" tx off tso off gso off gro off >/dev/null
	ip link set "$1" up
	within "$2" ip link set "$3" up
}

make_switch() {
	ip netns add switch
	sysctl_in switch ipv6/conf/default/disable_ipv6 1
	within switch ip link add br0 type bridge mcast_snooping 0 forward_delay 0
	port lan0 switch up0
	within switch ip link set up0 master br0
	within switch ip link set br0 up
}

make_internet() {
	ip netns add internet
	within internet ip link set lo up
	sysctl_in internet ipv6/conf/all/disable_ipv6 0
	sysctl_in internet ipv6/conf/default/accept_ra 0
	sysctl_in internet ipv6/ip_nonlocal_bind 1
	port wan0 internet eth0
	within internet ip addr add 192.168.26.1/24 dev eth0
	within internet ip addr add 2001:db8:26::1/64 dev eth0 nodad
	local range
	for range in 198.51.100.0/24 203.0.113.0/24; do within internet ip route add local "$range" dev lo; done
	within internet ip route add local 198.18.0.0/18 dev lo
	within internet ip route add local 198.18.66.200 dev lo
	# The range that the plug scans exists and answers nothing: its probes end as on the real internet.
	within internet ip route add blackhole 198.18.66.0/24
	for range in 10 20 30 31 32 33 37 38 39 40 51 71; do within internet ip -6 route add local "2001:db8:$range::/48" dev lo; done
}

start_internet() {
	{
		cat "$here/dnsmasq.conf"
		"$python" "$here/table.py" dns
		"$python" "$here/table.py" devices | awk '{ print "dhcp-host=" $3 ",192.168.26." $1 }'
	} >"$run/dnsmasq.conf"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=pretend.example \
		-keyout "$run/key.pem" -out "$run/cert.pem" 2>/dev/null
	local into=(nsenter --net=/run/netns/internet --)
	supervise dnsmasq "started, version" "${into[@]}" dnsmasq --no-daemon --conf-file="$run/dnsmasq.conf" --dhcp-leasefile="$run/leases"
	supervise internet "internet: ready" "${into[@]}" "$python" "$here/internet.py" "$run/cert.pem" "$run/key.pem"
}

start_device() {
	local number=$1 name=$2 mac=$3 hostname=$4 six=$5 options=$6 class=$7 self=()
	[ "$options" = - ] || self+=(-o -x "0x37:$options")
	[ "$class" = - ] || self+=(-V "$class")
	ip netns add "$name"
	within "$name" ip link set lo up
	sysctl_in "$name" ipv6/conf/all/disable_ipv6 0
	sysctl_in "$name" ipv6/conf/default/addr_gen_mode 0
	cable switch "p$number" "$name" eth0 "$mac"
	within switch ip link set "p$number" master br0
	within "$name" busybox udhcpc -f -R -i eth0 -s "$here/dhcp4.sh" -x "hostname:$hostname" "${self[@]}" -t 4 -T 1 -A 2 >>"$run/home.log" 2>&1 &
	[ "$six" != dhcp6 ] || within "$name" "$python" "$here/dhcp6.py" eth0 "$hostname" >>"$run/home.log" 2>&1 &
	within "$name" "$python" "$here/behave.py" "$name" >>"$run/home.log" 2>&1 &
}

private_files
ip link set lo up
make_switch
make_internet
start_internet
supervise dataplane "dataplane: ready" "$@"
"$python" "$here/table.py" devices | while read -r number name mac hostname six options class; do
	start_device "$number" "$name" "$mac" "$hostname" "$six" "$options" "$class"
done
echo ready >"$run/home.ready"
wait
