#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# What busybox udhcpc calls with a lease: sets address and default route in its namespace only.
case $1 in
bound | renew)
	ip -4 addr replace "$ip/$mask" dev "$interface"
	for r in $router; do ip -4 route replace default via "$r" dev "$interface"; done
	;;
deconfig) ip -4 addr flush dev "$interface" ;;
esac
