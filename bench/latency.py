# SPDX-License-Identifier: BSD-3-Clause
"""How long a frame takes from one end to the other, through us and through testpmd mac: the same
veth ports, the same rate, windows of the two in turns.  bench/latency.c sends and receives."""
import statistics
import subprocess

import rig
import subjects
import wires

IDLE_RATE = 1000
LOSS_MAX = 0.001
WAITED_MAX = 0.005  # share of a window in which a thread was ready and had no CPU: half of what P99 sees


class Probed:
    """Mixed into a subject on veth ports: a window is one run of the probe."""

    probe = None

    def start(self):
        self.bridge()
        self.run_probe(IDLE_RATE, 0.2)  # it forwards at all
        self.freeze()

    def run_probe(self, rate, seconds):
        """(sent, received, seconds, P50 ns, P99 ns, seconds in which the probe waited for its CPU, ...)."""
        ends = [str(ns.holder.pid) for ns in (self.client, self.server)]
        done = subprocess.run(["taskset", "-c", "0", self.probe, *ends, str(rate), str(seconds)], capture_output=True,
                              text=True, timeout=seconds + 30)
        if done.returncode:
            raise rig.RigError(f"{self.label}: {done.stderr.strip()}")
        return tuple(map(float, done.stdout.split()))

    def waited(self):
        """Seconds in which the data thread was ready to run and something else did."""
        return int(rig.first_line(self.thread).split()[1]) / 1e9

    def probe_window(self, rate, seconds):
        """What the probe says, and how disturbed it was: the share of time in which a thread had to wait."""
        self.thaw()
        try:
            self.settle()
            waited, steal = self.waited(), sum(map(rig.steal_seconds, (0, rig.DATA_CPU)))
            result = self.run_probe(rate, seconds)
            waited, steal = self.waited() - waited, sum(map(rig.steal_seconds, (0, rig.DATA_CPU))) - steal
        finally:
            self.freeze()
        return result, max(waited, result[5], steal) / seconds


class Ours(Probed, wires.WiredDataplane):
    pass


class Theirs(Probed, wires.WiredTestpmd):
    pass


def most(subject, seconds):
    """Frames a second that come out when as many as possible go in: the better of three windows."""
    return max(r[1] / r[2] for r in (subject.probe_window(0, seconds)[0] for _ in range(3)))


def compare(pair, rate, context, say):
    """[(ours, theirs)] of the rounds that nobody disturbed, and how many were thrown away.  Where there
    are not enough of them: the least disturbed ones, and -1."""
    rounds = []
    for attempt in range(2 * context.rounds):
        order = pair if attempt % 2 == 0 else pair[::-1]
        windows = {s: s.probe_window(rate, context.seconds) for s in order}
        results = [windows[s][0] for s in pair]
        # A window that lost frames is not about latency: its queues were full, or its sender late.
        lost = any(r[1] < (1 - LOSS_MAX) * r[0] or r[0] < 0.99 * rate * r[2] for r in results)
        rounds.append((lost + max(w[1] for w in windows.values()), results))
        good = [r for disturbed, r in rounds if disturbed <= WAITED_MAX]
        say(len(good), len(rounds) - len(good))
        if len(good) == context.rounds:
            return good, len(rounds) - len(good)
    if len(good) >= min(5, context.rounds):
        return good, len(rounds) - len(good)
    return [r for _, r in sorted(rounds, key=lambda r: r[0])[:context.rounds]], -1


def quantile(rounds, at):
    ours, theirs = ([r[i][at] / 1e3 for r in rounds] for i in (0, 1))
    ratios = [a / b for a, b in zip(ours, theirs)]
    return (statistics.median(ours), statistics.median(theirs), statistics.median(ratios), *rig.bootstrap(ratios))


def measure(names, context, progress, note):
    """{name: (ours, other, ratio, low, high)} in microseconds; P99 under the name, P50 under name-p50."""
    driver = wires.best_driver()
    Probed.probe = rig.helper(context.build, "latency")
    found, pair = {}, []
    try:
        pair += [Ours(context.program, driver), Theirs(driver, mode="mac")]
        for s in pair:
            progress(f"latency: starting {s.label}")
            s.start()
        for name in names:
            rate = IDLE_RATE if name == "latency-1k" else most(pair[0], context.seconds) / 2
            rounds, bad = compare(pair, rate, context, lambda g, b: progress(f"{name}: {g} rounds, {b} thrown away"))
            note(f"{name}: {driver} ports, {rate:.0f} frames/s; {len(rounds)} rounds kept, "
                 + (f"{bad} thrown away as disturbed" if bad >= 0 else "the least disturbed: the machine was never quiet"))
            found[name] = quantile(rounds, 4)
            found[f"{name}-p50"] = quantile(rounds, 3)
    finally:
        for s in pair:
            s.end()
    return found
