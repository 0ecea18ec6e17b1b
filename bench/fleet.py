# SPDX-License-Identifier: BSD-3-Clause
"""A provider's view of a thousand gateways over one mosquitto: messages a second, bytes a gateway and day, and what comes
back at once after the broker was gone. bench/fleet.c is the thousand; three real spin-control are among them."""
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

import rig

NAMES = {"fleet": "1000 gateways at one mosquitto: messages/s, KiB a gateway and day, the storm after a restart of the broker"}
GATEWAYS, DEVICES, FLOWS_A_MINUTE, REAL = 1000, 20, 10, 3
CONNECT_S, WINDOW_S, STORM_S = 60, 60, 180
MOSQUITTO = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
TICKS = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Broker:
    def __init__(self, folder):
        self.port = free_port()
        self.file = os.path.join(folder, "mosquitto.conf")
        with open(self.file, "w") as f:
            f.write(f"user root\nallow_anonymous true\nlog_type error\nlistener {self.port} 127.0.0.1\n")
        self.process = None

    def start(self):
        self.process = subprocess.Popen([MOSQUITTO, "-c", self.file], stderr=subprocess.DEVNULL)
        while True:
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if self.process.poll() is not None:
                raise rig.RigError("mosquitto does not start")
            time.sleep(0.02)

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory_mib(self):
        with open(f"/proc/{self.process.pid}/status") as f:
            return next(int(line.split()[1]) for line in f if line.startswith("VmRSS")) / 1024

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        self.process.wait(20)


class Fleet:
    def __init__(self, program, port):
        argv = [program, *map(str, (GATEWAYS, DEVICES, FLOWS_A_MINUTE, port))]
        self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def second(self):
        line = self.process.stdout.readline()
        if not line:
            raise rig.RigError("the fleet ended")
        return json.loads(line)

    def until_up(self, seconds):
        """The lines until all are connected."""
        lines = []
        while not lines or lines[-1]["up"] < GATEWAYS:
            lines.append(self.second())
            if len(lines) > seconds:
                raise rig.RigError(f"{lines[-1]['up']} of {GATEWAYS} gateways are connected after {seconds} s")
        return lines

    def end(self):
        self.process.stdin.close()
        self.process.wait(60)


class Real:
    """spin-control itself, without a dataplane."""

    def __init__(self, build, folder, port, number):
        at = os.path.join(folder, f"real{number}")
        os.makedirs(os.path.join(at, "run"))
        config = os.path.join(at, "spin.yaml")
        with open(config, "w") as f:
            json.dump({"mqtt": {"enabled": True, "host": "127.0.0.1", "port": port, "gateway": f"real-{number}"}}, f)
        self.process = subprocess.Popen(
            [os.path.join(build, "control", "spin-control"), "--config", config, "--run-dir", os.path.join(at, "run"),
             "--state-dir", os.path.join(at, "state"), "--listen", "127.0.0.1:0"], stderr=subprocess.DEVNULL)

    def end(self):
        self.process.terminate()
        self.process.wait(30)


def statuses(port, seconds):
    """What a provider hears first: who is online, by the retained topics."""
    done = subprocess.run(["mosquitto_sub", "-h", "127.0.0.1", "-p", str(port), "-t", "spin/+/status", "-W", str(seconds), "-F", "%t %p"],
                          capture_output=True, text=True)
    return {line.split()[0] for line in done.stdout.splitlines() if line.endswith(" online")}


def single(name, unit, value):
    return {"name": name, "unit": unit, "ours": round(value, 2), "other": None, "ratio": None, "low": None, "high": None}


def steady(fleet, broker, note):
    for _ in range(10):
        before = fleet.second()
    cpu = broker.cpu_seconds()
    for _ in range(WINDOW_S):
        after = fleet.second()
    took = after["s"] - before["s"]
    rate = (after["sent"] - before["sent"]) / took
    day = (after["bytes"] - before["bytes"]) / took / GATEWAYS * 86400
    note(f"fleet: {GATEWAYS} gateways with {DEVICES} devices, {FLOWS_A_MINUTE} connections a minute each: {rate:.0f} messages/s, "
         f"{day / 2**20:.1f} MiB a gateway and day (both directions), {after['lost']} lost; mosquitto: "
         f"{(broker.cpu_seconds() - cpu) / took * 100:.0f} % of a core, {broker.memory_mib():.0f} MiB")
    return [single("fleet-messages", "messages/s", rate), single("fleet-day", "MiB/gateway/day", day / 2**20)]


def storm(fleet, broker, note):
    """The broker dies, and is back at once: how many come in the worst second, and when are all back."""
    broker.end(signal.SIGKILL)
    begun = time.monotonic()
    broker.start()
    lines = fleet.until_up(STORM_S)
    took = time.monotonic() - begun
    worst = max(line["came"] for line in lines)
    spread = [line["came"] for line in lines if line["came"]]
    note(f"fleet: after the broker was killed and started: all are back after {took:.0f} s, {worst} in the worst second "
         f"(median {statistics.median(spread):.0f} of the seconds in which some came), {lines[-1]['lost']} messages lost")
    return [single("fleet-storm", "connections in the worst second", worst), single("fleet-back", "s", took)]


def fleet(context, progress, note):
    program = rig.helper(context.build, "fleet")
    made = []
    with tempfile.TemporaryDirectory(prefix="spin-fleet-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as at:
        try:
            broker = Broker(at)
            broker.start()
            made.append(broker)
            progress("fleet: connecting")
            many = Fleet(program, broker.port)
            made.append(many)
            made += [Real(context.build, at, broker.port, n) for n in range(REAL)]
            lines = many.until_up(CONNECT_S)
            note(f"fleet: all are connected after {lines[-1]['s']:.1f} s")
            progress("fleet: measuring")
            rows = steady(many, broker, note)
            progress("fleet: the broker dies")
            rows += storm(many, broker, note)
            heard = statuses(broker.port, 20)
            real = sum(f"spin/real-{n}/status" in heard for n in range(REAL))
            note(f"fleet: a subscriber of spin/+/status hears {len(heard)} online, {real} of {REAL} real ones among them")
            return rows
        finally:
            for one in reversed(made):
                one.end()


if __name__ == "__main__":
    sys.exit("run bench/run fleet")
