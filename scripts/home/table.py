#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""The pretend home in one list: who lives in it, what each does all day, and whom they can reach.

Every name ends in .example or is an example.* domain, every address is from a documentation or
benchmark range: nothing here exists, and nothing leaves the machine.

Usage: table.py devices     prints "number name mac hostname slaac|dhcp6 options class" lines for topology.sh
       table.py dns         prints the DNS server's records
"""

import sys

ROUTER4, ROUTER6 = "192.168.26.1", "2001:db8:26::1"
LAN4, LAN6 = "192.168.26", "2001:db8:26::"

# Verbs: what behave.py can do; each is (verb, target, seconds between two times, options).
#   https/http  a request; tracker: the same, named for the reader; upload: sends `size` bytes by TLS
#   stream      a transfer that never ends, `rate` kB/s      mqtt  a session kept open with pings
#   ntp ping udp                                             look  only asks DNS
#   scan        tries ports of `count` addresses from target on, over and over
#   curl        the real curl                                mdns  announces itself on the LAN, as SELVES says
DEVICES = [
    # name            MAC                  host name           behaviour
    ("tv", "20:17:42:5d:01:0a", "LG-webOS-TV", [
        ("stream", "cdn7.lumiplay.example", 5, {"rate": 240}),
        ("https", "api.lumiplay.example", 15, {}),
        ("tracker", "beacon.adgrid.example", 6, {}),
        ("tracker", "viewing.smarttv-metrics.example", 10, {}),
        ("mdns", "LG-webOS-TV.local", 30, {})]),
    ("speaker", "54:2a:1b:5d:01:0b", "SonosZP", [
        ("https", "voice.roomtone.example", 9, {}),
        ("ntp", "time.example.net", 32, {}),
        ("mqtt", "events.roomtone.example", 10, {}),
        ("mdns", "SonosZP.local", 45, {})]),
    ("doorbell", "54:e0:19:5d:01:0c", "Ring-Doorbell", [
        ("upload", "clips.frontdoor.example", 12, {"size": 60000}),
        ("mqtt", "signal.frontdoor.example", 8, {}),
        ("tracker", "collect.adgrid.example", 11, {})]),
    ("thermostat", "18:b4:30:5d:01:0d", "Nest-Thermostat", [
        ("https", "telemetry.hearthworks.example", 14, {}),
        ("https", "weather.example.org", 40, {}),
        ("ntp", "time.example.net", 32, {})]),
    ("lights", "c4:29:96:5d:01:0e", "Philips-hue", [
        ("mqtt", "bridge.lumenhub.example", 7, {}),
        ("ntp", "time.example.net", 48, {}),
        ("http", "firmware.lumenhub.example", 60, {}),
        ("mdns", "Philips-hue.local", 30, {})]),
    ("vacuum", "b0:4a:39:5d:01:0f", "roborock-vacuum-s7", [
        ("mqtt", "mq.dustfleet.example", 6, {}),
        ("upload", "maps.dustfleet.example", 25, {"size": 30000}),
        ("udp", "nat.dustfleet.example", 13, {"port": 3478}),
        ("mdns", "roborock-vacuum-s7.local", 40, {})]),
    ("laptop", "34:f6:4b:5d:01:10", "sarahs-laptop", [
        ("ping", "ping.example.net", 1, {}),
        ("curl", "https://www.example.org/", 8, {}),
        ("curl", "http://news.daily-post.example/", 12, {}),
        ("https", "mail.postbox.example", 10, {}),
        ("https", "static.fontshare.example", 18, {}),
        ("tracker", "pixel.adgrid.example", 14, {})]),
    ("phone", "da:a1:19:5d:01:11", "Pixel-7", [
        ("https", "push.signalbird.example", 11, {}),
        ("https", "photos.postbox.example", 17, {}),
        ("https", "www.example.com", 21, {}),
        ("look", "graph.friendzone.example", 30, {})]),
    ("printer", "00:80:77:5d:01:12", "BRW0080775D0112", [
        ("http", "update.inkworks.example", 45, {}),
        ("ntp", "time.example.net", 48, {}),
        ("look", "supplies.inkworks.example", 25, {}),
        ("mdns", "BRW0080775D0112.local", 40, {})]),
    ("plug", "24:6f:28:5d:01:13", "ESP-5D0113", [
        ("mqtt", "mq.plugcloud.example", 9, {}),
        ("scan", "198.18.66.1", 20, {"count": 12, "ports": [23, 2323]}),
        ("http", "c2.bulletproof-host.example", 16, {})]),
]

# How each tells who it is, as such devices do: "class" and "options" in DHCP (60 and 55; absent: busybox's own),
# mDNS services with a text, UPnP's server line and device types.
SELVES = {
    "tv": {"mdns": [("_airplay._tcp", "model=OLED55C1")],
           "ssdp": ("WebOS/4.1.0 UPnP/1.0", ["urn:lge-com:service:webos-second-screen:1", "urn:schemas-upnp-org:device:MediaRenderer:1"])},
    "speaker": {"mdns": [("_sonos._tcp", "info=/api/v1/players"), ("_spotify-connect._tcp", "CPath=/spotifyzc")],
                "ssdp": ("Linux UPnP/1.0 Sonos/70.3-35220 (ZPS12)", ["urn:schemas-upnp-org:device:ZonePlayer:1"])},
    "thermostat": {"class": "dhcpcd-5.5.6"},
    "lights": {"mdns": [("_hue._tcp", "modelid=BSB002")],
               "ssdp": ("Hue/1.0 UPnP/1.0 IpBridge/1.56.0", ["urn:schemas-upnp-org:device:basic:1"])},
    "vacuum": {"mdns": [("_miio._udp", "epoch=1")]},
    "laptop": {"class": "MSFT 5.0", "options": "1,3,6,15,31,33,43,44,46,47,119,121,249,252"},
    "phone": {"class": "android-dhcp-13", "options": "1,3,6,15,26,28,51,58,59,43,114,108"},
    "printer": {"mdns": [("_ipp._tcp", "ty=Brother HL-L2350DW series"), ("_pdl-datastream._tcp", "ty=Brother HL-L2350DW series")]},
    "plug": {"options": "1,3,28,6"},
}

# The devices that also get a DHCPv6 address with their name in option 39; all others use SLAAC.
DHCP6 = {"laptop", "printer"}

# name -> (IPv4 or None, IPv6 or None, canonical name it is an alias of or None)
SITES = {
    "cdn7.lumiplay.example": ("198.18.10.7", None, None),
    "edge.lumiplay.example": ("198.18.10.20", "2001:db8:10::20", None),
    "api.lumiplay.example": (None, None, "edge.lumiplay.example"),
    "beacon.adgrid.example": ("198.18.20.1", "2001:db8:20::1", None),
    "collect.adgrid.example": ("198.18.20.2", None, None),
    "pixel.adgrid.example": ("198.18.20.3", "2001:db8:20::3", None),
    "viewing.smarttv-metrics.example": ("198.18.21.1", None, None),
    "voice.roomtone.example": ("198.18.30.1", "2001:db8:30::1", None),
    "events.roomtone.example": ("198.18.30.2", None, None),
    "clips.frontdoor.example": ("198.18.31.1", "2001:db8:31::1", None),
    "signal.frontdoor.example": ("198.18.31.2", None, None),
    "telemetry.hearthworks.example": ("198.18.32.1", "2001:db8:32::1", None),
    "bridge.lumenhub.example": ("198.18.33.1", "2001:db8:33::1", None),
    "firmware.lumenhub.example": ("198.18.33.2", None, None),
    "mq.dustfleet.example": ("198.18.34.1", None, None),
    "maps.dustfleet.example": ("198.18.34.2", None, None),
    "nat.dustfleet.example": ("198.18.34.3", None, None),
    "mq.plugcloud.example": ("198.18.35.1", None, None),
    "c2.bulletproof-host.example": ("198.18.66.200", None, None),
    "update.inkworks.example": ("198.18.36.1", None, None),
    "supplies.inkworks.example": ("198.18.36.2", None, None),
    "mail.postbox.example": ("198.18.37.1", "2001:db8:37::1", None),
    "photos.postbox.example": ("198.18.37.2", "2001:db8:37::2", None),
    "static.fontshare.example": ("198.18.38.1", "2001:db8:38::1", None),
    "push.signalbird.example": ("198.18.39.1", "2001:db8:39::1", None),
    "graph.friendzone.example": ("198.18.40.1", "2001:db8:40::1", None),
    "news.daily-post.example": ("198.18.41.1", None, None),
    "www.example.org": ("198.51.100.10", "2001:db8:51::10", None),
    "weather.example.org": ("198.51.100.11", None, None),
    "www.example.com": ("198.51.100.20", "2001:db8:51::20", None),
    "time.example.net": ("203.0.113.123", "2001:db8:71::123", None),
    "ping.example.net": ("203.0.113.8", None, None),
}


def devices():
    for number, (name, mac, hostname, _) in enumerate(DEVICES, 11):
        me = SELVES.get(name, {})
        options = "".join(f"{int(x):02x}" for x in me.get("options", "").split(",") if x)
        print(number, name, mac, hostname, "dhcp6" if name in DHCP6 else "slaac", options or "-", me.get("class", "-"))


def dns():
    for name, (ipv4, ipv6, canonical) in SITES.items():
        if canonical:
            print(f"cname={name},{canonical}")
        else:
            print(f"host-record={','.join(x for x in (name, ipv4, ipv6) if x)},120")


if __name__ == "__main__":
    {"devices": devices, "dns": dns}[sys.argv[1]]()
