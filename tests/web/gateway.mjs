// SPDX-License-Identifier: BSD-3-Clause
// The system under test: scripts/demo with its own run directory and port, the real processes in a pretend home.
//
// SPIN_WEB_URL names a gateway that runs already, with an admin's token in SPIN_WEB_TOKEN and a user "demo"; then what
// needs its processes is skipped.

import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const START_MS = 120_000;

export class Gateway {
  url = process.env.SPIN_WEB_URL ?? "";
  own = this.url === "";
  token = process.env.SPIN_WEB_TOKEN ?? "";
  #demo = null;
  #folder = "";
  #said = "";

  async start() {
    if (!this.own) return;
    this.#folder = await mkdtemp(join(tmpdir(), "spin-web-test-"));
    const run = join(this.#folder, "run");
    this.#demo = spawn(
      join(root, "scripts/demo"),
      ["--headless", "--port", await freePort(), "--run-dir", run],
      {
        env: { SPIN_BUILD: join(root, "build"), ...process.env },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    this.url = await this.#ready();
    this.token = (await readFile(join(run, "token"), "utf8")).trim();
  }

  #ready() {
    return new Promise((resolve, reject) => {
      const fail = (why) =>
        reject(new Error(`the demo ${why}; it said:\n${this.#said}`));
      const timer = setTimeout(
        () => fail(`did not start in ${START_MS / 1000} s`),
        START_MS,
      );
      const hear = (chunk) => {
        this.#said += chunk;
        const found = /ready on (http:\S+)/.exec(this.#said);
        if (found === null) return;
        clearTimeout(timer);
        resolve(found[1].replace(/\/?$/, "/"));
      };
      this.#demo.stdout.on("data", hear);
      this.#demo.stderr.on("data", hear);
      this.#demo.on("error", (error) =>
        fail(`could not be started (${error.message})`),
      );
      this.#demo.on("exit", (code) => {
        clearTimeout(timer);
        fail(`ended with ${code}`);
      });
    });
  }

  async stop() {
    if (this.#demo === null) return;
    if (this.#demo.exitCode === null) {
      const ended = new Promise((resolve) => this.#demo.once("exit", resolve));
      this.#demo.kill("SIGTERM");
      await ended;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  // Ours alone: other gateways may run on this machine.
  async kill(program) {
    for (const pid of await readdir("/proc")) {
      if (!/^\d+$/.test(pid)) continue;
      const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(
        () => "",
      );
      const [path = "", ...args] = line.split("\0");
      if (
        path.endsWith(`/${program}`) &&
        args.includes(join(this.#folder, "run"))
      ) {
        process.kill(Number(pid), "SIGKILL");
        return;
      }
    }
    throw new Error(`${program} does not run`);
  }

  // As a program with a token.
  async send(method, path, body, headers = {}) {
    const init = {
      method,
      signal: AbortSignal.timeout(5000),
      headers: { ...headers, Authorization: `Bearer ${this.token}` },
    };
    if (body !== undefined) {
      init.body = JSON.stringify(body);
      init.headers["Content-Type"] = "application/json";
    }
    const response = await fetch(new URL(`api/v1/${path}`, this.url), init);
    if (!response.ok)
      throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? undefined : response.json();
  }

  get(path) {
    return this.send("GET", path);
  }

  // An address that lets a browser in, once.
  async door(user = "demo") {
    const { code } = await this.send("POST", `users/${user}:login-code`, {});
    return `${this.url}#code=${code}`;
  }

  // Every test begins without rules.
  async clear() {
    const { items } = await this.get("rules?limit=500");
    for (const rule of items) await this.send("DELETE", `rules/${rule.id}`);
  }

  graph() {
    return this.get("graph?window=600&group=domain");
  }
}

// A killed control must come back where the page looks for it, so the port is chosen here and not by control.
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(String(port)));
    });
  });
}

// Asks until the answer is true, with a deadline; for what no browser event announces.
export async function until(what, ask, ms = 30_000) {
  const end = Date.now() + ms;
  let last;
  for (;;) {
    try {
      last = await ask();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end)
      throw new Error(`not within ${ms / 1000} s: ${what} (last: ${last})`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
