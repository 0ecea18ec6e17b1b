#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""block-latency: how long after a block was asked for its frames still pass, in the demo's home.

bench/run starts scripts/demo (or takes the running one of --home) and runs this file inside the
demo's namespaces.  There one thread is everything: it sends a made-up device's frames, 1,000 a
second, from the home's switch, receives them on the internet's side of the gateway, and writes the
request on the API's unix socket.  One clock (CLOCK_MONOTONIC), no hand-over between processes.

The figure is: request written -> last frame that passed.  Beside it: request written -> the sending
of the first frame that did not pass, the dataplane's own confirmation, and how long unblock takes.

Usage (by bench/run): block_latency.py RUN_DIR BLOCKS     prints one JSON object
"""
import ctypes
import gc
import json
import os
import select
import signal
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import rig  # noqa: E402

MAC = bytes.fromhex("02005eb10c01")
ADDRESS, TARGET = "192.168.26.250", "198.51.100.77"
MARK = b"spinlate"
GAP_NS = 1_000_000
QUIET_NS = 100_000_000  # so long nothing passed: it is blocked
PATIENCE_NS = 5_000_000_000
CLONE_NEWNET = 0x40000000
ETH_P_ALL, SO_ATTACH_FILTER = 3, 26


def command(*argv):
    done = subprocess.run(argv, capture_output=True, text=True)
    if done.returncode:
        raise rig.RigError(f"{' '.join(argv)}: {done.stderr.strip()}")
    return done.stdout


def packet_socket(namespace, interface, only_from=None):
    """A raw socket in another network namespace; this thread comes back."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open("/proc/thread-self/ns/net") as home, open(f"/run/netns/{namespace}") as there:
        if libc.setns(there.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"entering {namespace}")
        try:
            s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL if only_from else 0))
            if only_from:  # the home talks too, and only our frames are to be counted
                high, low = struct.unpack(">IH", only_from)
                code = [(0x20, 0, 0, 6), (0x15, 0, 3, high), (0x28, 0, 0, 10), (0x15, 0, 1, low), (6, 0, 0, 65535),
                        (6, 0, 0, 0)]
                program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *c) for c in code))
                s.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER,
                             struct.pack("HL", len(code), ctypes.addressof(program)))
            s.bind((interface, ETH_P_ALL if only_from else 0))
            s.setblocking(False)
            return s
        finally:
            libc.setns(home.fileno(), CLONE_NEWNET)


class Api:
    """HTTP/1.1 on the unix socket, one connection, the answer read as it comes."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.socket.setblocking(False)
        self.data = b""

    def ask(self, method, path):
        self.data = b""
        self.socket.send(f"{method} /api/v1{path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n".encode())

    def read(self):
        more = self.socket.recv(65536)
        if not more:
            raise rig.RigError("control closed the connection")
        self.data += more

    def answer(self):
        """(status, body) once all of it is here, else None."""
        head, mark, body = self.data.partition(b"\r\n\r\n")
        if not mark:
            return None
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        if fields.get(b"transfer-encoding") == b"chunked":
            if not body.endswith(b"0\r\n\r\n"):
                return None
            text = b""
            while body:
                size, _, rest = body.partition(b"\r\n")
                text, body = text + rest[:int(size, 16)], rest[int(size, 16) + 2:]
                if int(size, 16) == 0:
                    break
        else:
            if len(body) < int(fields.get(b"content-length", 0)):
                return None
            text = body
        return int(head.split()[1]), json.loads(text) if text else None


class Flow:
    """The frames, both ends, and the request in between, in one loop."""

    def __init__(self, run_dir):
        self.api = Api(os.path.join(run_dir, "api.sock"))
        links = json.loads(command("ip", "-n", "internet", "-j", "link", "show", "eth0"))
        router = bytes.fromhex(links[0]["address"].replace(":", ""))
        self.sender = packet_socket("switch", "bench0")
        self.receiver = packet_socket("internet", "eth0", MAC)
        body = struct.pack(">HHHH", 9999, 9, 8 + 18, 0) + MARK  # checksum 0: none, as UDP over IPv4 may
        ends = socket.inet_aton(ADDRESS) + socket.inet_aton(TARGET)
        head = struct.pack(">HHHHBBH", 0x4500, 46, 0, 0x4000, 64, 17, 0) + ends
        total = sum(struct.unpack(">10H", head))
        total = (total & 0xFFFF) + (total >> 16)
        head = head[:10] + struct.pack(">H", total ^ 0xFFFF) + head[12:]
        self.frame = router + MAC + b"\x08\x00" + head + body
        self.sequence = 0
        self.sent = {}
        self.due = time.monotonic_ns()
        self.last_at = 0
        self.last_sequence = -1

    def turn(self):
        now = time.monotonic_ns()
        if now >= self.due:
            self.sent[self.sequence] = now
            self.sender.send(self.frame + struct.pack(">QH", self.sequence, 0))
            self.sequence += 1
            self.due = max(self.due + GAP_NS, now - 5 * GAP_NS)
        wait = max(0, self.due - time.monotonic_ns()) / 1e9
        ready, _, _ = select.select([self.receiver, self.api.socket], [], [], wait)
        if self.receiver in ready:
            data = self.receiver.recv(2048)
            now = time.monotonic_ns()
            if data[42:50] == MARK:
                self.last_at, self.last_sequence = now, struct.unpack_from(">Q", data, 50)[0]
        if self.api.socket in ready:
            self.api.read()

    def until(self, what, done):
        deadline = time.monotonic_ns() + PATIENCE_NS
        while not done():
            self.turn()
            if time.monotonic_ns() > deadline:
                raise rig.RigError(f"{what}: not after {PATIENCE_NS // 10**9} s")

    def passing(self, what):
        start = self.sequence
        self.until(what, lambda: self.last_sequence >= start)

    def ask(self, method, path):
        at = time.monotonic_ns()
        self.api.ask(method, path)
        self.until(f"answer to {method} {path}", lambda: self.api.answer() is not None)
        status, body = self.api.answer()
        if status != 200:
            raise rig.RigError(f"{method} {path} was answered {status}: {json.dumps(body)[:300]}")
        return at, body

    def find_device(self):
        text = ":".join(f"{b:02x}" for b in MAC)
        deadline = time.monotonic_ns() + PATIENCE_NS
        while time.monotonic_ns() < deadline:
            for d in self.ask("GET", "/devices?limit=200")[1]["items"]:
                if d["mac"] == text:
                    return d["id"]
        raise rig.RigError(f"control does not know the device {text} though its frames pass")


def one_block(flow, device):
    at, body = flow.ask("POST", f"/devices/{device}:block")
    flow.until("block", lambda: time.monotonic_ns() - max(flow.last_at, at) > QUIET_NS)
    first_dropped = flow.sent[flow.last_sequence + 1]
    result = {"last_passed_ms": max(0, flow.last_at - at) / 1e6, "first_dropped_ms": max(0, first_dropped - at) / 1e6,
              "confirmed_us": body.get("confirmed_us")}
    at, _ = flow.ask("POST", f"/devices/{device}:unblock")
    flow.passing("unblock")
    result["unblock_ms"] = (flow.last_at - at) / 1e6
    flow.sent.clear()
    resume = time.monotonic_ns() + 100_000_000
    flow.until("pause between blocks", lambda: time.monotonic_ns() > resume)
    return result


def inside(run_dir, blocks):
    gc.disable()
    switch = ("ip", "-n", "switch", "link")
    command(*switch, "add", "bench0", "type", "veth", "peer", "name", "bench1")
    try:
        command(*switch, "set", "bench1", "master", "br0", "up")
        command(*switch, "set", "bench0", "up")
        flow = Flow(run_dir)
        flow.passing("first frame through the gateway")
        device = flow.find_device()
        print(json.dumps([one_block(flow, device) for _ in range(blocks)]))
    finally:
        command(*switch, "del", "bench0")


def home_process(run_dir):
    """The first process of the demo's namespaces."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline") as f:
                argv = f.read().split("\0")
            with open(f"/proc/{pid}/status") as f:
                nspid = [line.split()[1:] for line in f if line.startswith("NSpid:")][0]
        except (OSError, IndexError):
            continue
        if run_dir in argv and any(a.endswith("home/topology.sh") for a in argv) and nspid[-1] == "1":
            return pid
    raise rig.RigError(f"no demo runs in {run_dir}: start one with scripts/demo --run-dir {run_dir}")


def start_demo(context, folder, log):
    run_dir, ready = os.path.join(folder, "run"), os.path.join(folder, "ready")
    demo = os.path.join(os.path.dirname(HERE), "scripts", "demo")
    process = subprocess.Popen([demo, "--headless", "--port", "0", "--run-dir", run_dir, "--ready-file", ready],
                               stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=rig.die_with_parent,
                               env={**os.environ, "SPIN_BUILD": os.path.abspath(context.build)})
    deadline = time.monotonic() + 120
    while not os.path.exists(ready):
        time.sleep(0.1)
        if process.poll() is not None or time.monotonic() > deadline:
            end_demo(process)
            log.seek(0)
            raise rig.RigError("scripts/demo did not start: " + " / ".join(log.read().splitlines()[-4:]))
    return process, run_dir


def end_demo(process):
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def enter(run_dir, blocks):
    pid = home_process(run_dir)
    user = [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
    done = subprocess.run(["nsenter", "--target", pid, *user, "--mount", "--net", "--", "/usr/bin/python3",
                           os.path.abspath(__file__), run_dir, str(blocks)], capture_output=True, text=True)
    if done.returncode:
        raise rig.RigError((done.stderr.strip().splitlines() or ["it said nothing"])[-1])
    return json.loads(done.stdout)


def measure(context, progress, note):
    progress("block-latency: the home starts")
    with tempfile.TemporaryDirectory(prefix="spin-bench-") as folder, \
            open(os.path.join(folder, "demo.log"), "w+") as log:
        if context.home:
            results = enter(os.path.abspath(context.home), context.blocks)
        else:
            process, run_dir = start_demo(context, folder, log)
            try:
                progress(f"block-latency: {context.blocks} blocks")
                results = enter(run_dir, context.blocks)
            finally:
                end_demo(process)
    last = [r["last_passed_ms"] for r in results]
    note(f"block-latency: {len(last)} blocks, last frame passed after {min(last):.2f} to {max(last):.2f} ms, "
         f"median {statistics.median(last):.2f} ms; target: under 20 ms")
    for key, text in (("first_dropped_ms", "first dropped frame sent after, ms"),
                      ("confirmed_us", "confirmed by every worker, us"), ("unblock_ms", "unblock to first frame, ms")):
        values = [r[key] for r in results if r[key] is not None]
        if values:
            note(f"block-latency: {text}: median {statistics.median(values):.2f}, at most {max(values):.2f}")
    return {"name": "block-latency", "unit": "ms", "ours": statistics.median(last), "other": None, "ratio": None,
            "low": None, "high": None}


if __name__ == "__main__":
    try:
        inside(sys.argv[1], int(sys.argv[2]))
    except (rig.RigError, OSError) as e:
        sys.exit(f"block_latency: {e}")
