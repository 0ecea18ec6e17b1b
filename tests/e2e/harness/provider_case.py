# SPDX-License-Identifier: BSD-3-Clause
"""A home with two devices, its household, and its access provider."""

from .api import Api, token_of

FAR = "198.51.100.7"
SECRETS = ("Lena", "Wohnzimmer", "Bankgeheimnis", "Hausaufgaben", "Mamas Konto")


class Case:
    def __init__(self, home):
        self.home, self.house = home, home.gateway.api
        for host in home.devices:
            assert host.ping(FAR)
        self.devices = [self.house.device(host.mac)["id"] for host in home.devices]
        self.far = self.house.destination(FAR)["id"]
        self.provider = Api(self.house.url, token=token_of(home.gateway.run_dir, "provider"))

    def again(self):
        """After a restart, at its new address."""
        self.house = self.home.gateway.api
        self.provider = Api(self.house.url, token=self.provider.token)

    def grant(self, *rights, **more):
        reply = self.house.request("POST", "/provider:grant", {"rights": rights, **more})
        assert reply.status == 200, reply.body
        return reply.json

    def refused(self, key, method, path, body=None):
        reply = self.provider.request(method, path, body)
        assert (reply.status, reply.json["key"]) == (403, key), reply.body


def hidden(case):
    """What no masked answer may hold."""
    words = list(SECRETS)
    for host in case.home.devices:
        words += [host.mac, host.mac.upper(), host.mac.replace(":", "-"), host.ipv4, host.ipv6]
    return words
