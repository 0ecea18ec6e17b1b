# SPDX-License-Identifier: BSD-3-Clause
"""spinctl analyze on captures made here: what it finds, how it refuses, and that runs do not meet."""

import concurrent.futures
import json
import os
import struct
import subprocess

import pytest

from harness.gateway import program

DEVICE, ROUTER = "02:00:00:00:00:01", "02:00:00:00:00:02"


def octets(text, mark=":", base=16):
    return bytes(int(part, base) for part in text.split(mark))


def udp(source, target, sport, dport, payload=b"", macs=(DEVICE, ROUTER)):
    """An Ethernet frame with IPv4 and UDP; checksums are left out."""
    length = 8 + len(payload)
    ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + length, 1, 0, 64, 17, 0)
    ip += octets(source, ".", 10) + octets(target, ".", 10)
    ether = octets(macs[1]) + octets(macs[0]) + b"\x08\x00"
    return ether + ip + struct.pack(">HHHH", sport, dport, length, 0) + payload


def answer():
    """DNS: www.example.org is an alias of a.example.org, which is 192.0.2.1."""
    message = struct.pack(">HHHHHH", 7, 0x8180, 1, 2, 0, 0)
    message += b"\x03WWW\x07example\x03org\x00" + struct.pack(">HH", 1, 1)
    message += b"\xc0\x0c" + struct.pack(">HHIH", 5, 1, 60, 4) + b"\x01a\xc0\x10"
    return message + b"\xc0\x2d" + struct.pack(">HHIH", 1, 1, 60, 4) + octets("192.0.2.1", ".", 10)


def question():
    return struct.pack(">HHHHHH", 7, 0x0100, 1, 0, 0, 0) + b"\x03www\x07example\x03org\x00\x00\x01\x00\x01"


def talk():
    """A device asks for a name, is told, and goes there; each frame with its second."""
    back = (ROUTER, DEVICE)
    return [
        (1, udp("192.168.1.2", "192.168.1.1", 5000, 53, question())),
        (2, udp("192.168.1.1", "192.168.1.2", 53, 5000, answer(), back)),
        (3, udp("192.168.1.2", "192.0.2.1", 5001, 443, b"hello")),
        (4, udp("192.0.2.1", "192.168.1.2", 443, 5001, b"answer", back)),
        (5, udp("192.0.2.9", "192.168.1.2", 443, 5002, b"stray", back)),
    ]


def pcap(path, frames, link=1):
    data = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, link)
    for second, frame in frames:
        data += struct.pack("<IIII", second, 0, len(frame), len(frame)) + frame
    path.write_bytes(data)
    return str(path)


def block(kind, body, order):
    body += b"\0" * (-len(body) % 4)
    size = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + size + body + size


def pcapng(path, interfaces, frames, order="<"):
    """`interfaces`: (link type, snapshot length) each; `frames`: (interface, frame) each."""
    data = block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1), order)
    for link, snapshot in interfaces:
        data += block(1, struct.pack(order + "HHI", link, 0, snapshot), order)
    for interface, frame in frames:
        head = struct.pack(order + "IIIII", interface, 0, 1000000, len(frame), len(frame))
        data += block(6, head + frame, order)
    path.write_bytes(data)
    return str(path)


def analyze(*argv, code=0):
    done = subprocess.run([program("spinctl"), "analyze", *argv], capture_output=True, text=True, timeout=60)
    assert done.returncode == code, (argv, done.returncode, done.stderr)
    return done


def found(*argv, code=0):
    return json.loads(analyze("--json", *argv, code=code).stdout)


def test_names_devices_and_flows(tmp_path):
    result = found(pcap(tmp_path / "talk.pcap", talk()))
    assert (result["frames"], result["malformed"], result["non_ip"]) == (5, 0, 0)
    assert result["bytes"] == sum(len(frame) for _, frame in talk())
    assert [s["mac"] for s in result["stations"]] == [DEVICE, ROUTER]
    assert [d["mac"] for d in result["devices"]] == [DEVICE]
    assert result["names"] == [
        {"name": name, "address": "192.0.2.1", "source": "dns"} for name in ("a.example.org", "www.example.org")
    ]
    lookup, visit, stray = result["flows"]
    assert visit["initiator"] == {"address": "192.168.1.2", "port": 5001}
    assert (visit["packets_to_responder"], visit["packets_to_initiator"]) == (1, 1)
    assert (visit["first_seen"], visit["last_seen"]) == (3, 4)
    assert visit["names"] == ["a.example.org", "www.example.org"]
    assert {f["device"] for f in (lookup, visit, stray)} == {DEVICE}
    assert stray["initiator"]["address"] == "192.0.2.9"


def test_files_are_merged_by_time(tmp_path):
    frames = talk()
    late = pcap(tmp_path / "late.pcap", frames[1::2])
    early = pcap(tmp_path / "early.pcap", frames[::2])
    whole = pcap(tmp_path / "whole.pcap", frames)
    assert found(late, early) == found(whole)


def test_home_decides_who_is_a_device(tmp_path):
    path = pcap(tmp_path / "talk.pcap", talk())
    assert found(path, "--home", "10.0.0.0/8")["devices"] == []
    assert [d["mac"] for d in found("--home", "192.168.1.2/32", "--home", "fd00::/8", path)["devices"]] == [DEVICE]


def test_text_is_for_people(tmp_path):
    text = analyze(pcap(tmp_path / "talk.pcap", talk())).stdout
    assert "5 frames" in text and "Devices: 1 of 2 stations" in text
    assert "www.example.org" in text


@pytest.mark.parametrize("order", "<>")
def test_snapshot_lengths_may_differ(tmp_path, order):
    frame = talk()[0][1]
    path = pcapng(tmp_path / "x.pcapng", [(1, 65535), (1, 96)], [(0, frame), (1, frame)], order)
    assert found(path)["frames"] == 2


def test_link_types_are_refused(tmp_path):
    frame = talk()[0][1]
    mixed = pcapng(tmp_path / "mixed.pcapng", [(1, 96), (113, 96)], [(0, frame), (1, frame)])
    assert "link types" in analyze(mixed, code=2).stderr
    raw = pcap(tmp_path / "raw.pcap", talk(), link=101)
    assert "only Ethernet" in analyze(raw, code=2).stderr


def test_bad_files_are_named(tmp_path):
    assert "No such file" in analyze(str(tmp_path / "none.pcap"), code=1).stderr
    other = tmp_path / "other"
    other.write_text("not a capture at all, but long enough to have a header\n" * 3)
    assert "not a pcap or pcapng capture" in analyze(str(other), code=1).stderr


def test_a_cut_file_gives_what_it_has(tmp_path):
    path = tmp_path / "cut.pcap"
    pcap(path, talk())
    path.write_bytes(path.read_bytes()[:-3])
    done = analyze("--json", str(path), code=1)
    assert json.loads(done.stdout)["frames"] == 4
    assert "ends early" in done.stderr


def test_each_record_counts_its_own(tmp_path):
    """A flow that ended and began again within one batch: what was before counts for the record before."""
    there = udp("192.168.1.2", "192.0.2.1", 5001, 443, b"hello")
    flows = found(pcap(tmp_path / "a.pcap", [(100, there), (1000, there), (50, there), (2000, there)]))["flows"]
    assert [f["packets_to_responder"] for f in flows] == [1, 2, 1]
    assert [f["first_seen"] for f in flows] == [100, 1000, 2000]


@pytest.mark.parametrize("workers", [2, 8])
def test_workers_change_nothing(tmp_path, workers):
    frames = talk() + [(10, udp(f"192.168.1.{n}", "192.0.2.7", 5000, 123)) for n in range(2, 60)]
    path = pcap(tmp_path / "a.pcap", frames)
    assert found(path, "--workers", str(workers)) == found(path)
    assert analyze(path, "--workers", str(workers)).stdout == analyze(path).stdout
    for wrong in ("0", "9", "two", "12"):
        assert f'--workers "{wrong}": give a number from 1 to 8' in analyze(path, "--workers", wrong, code=2).stderr


def test_usage(tmp_path):
    path = pcap(tmp_path / "talk.pcap", talk())
    assert "usage: spinctl analyze FILE" in analyze(code=2).stderr
    assert "not a prefix" in analyze("--home", "192.168.1.0/33", path, code=2).stderr
    assert "--wrong" in analyze("--wrong", path, code=2).stderr


def test_runs_do_not_disturb_each_other(tmp_path):
    path = pcap(tmp_path / "talk.pcap", talk())
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        outputs = set(pool.map(lambda _: analyze("--json", path).stdout, range(8)))
    assert len(outputs) == 1


def test_a_pipe_is_refused_at_once(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert "write it to a file first" in analyze(str(pipe), code=1).stderr
