// SPDX-License-Identifier: BSD-3-Clause
// Tables: what is open about a device is marked in its row; what was stopped is counted by reason; each is saved whole.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { beforeEach, describe, test } from "node:test";
import { button, openPage } from "./browser.mjs";
import { until } from "./gateway.mjs";
import { done } from "./see.mjs";

export function tests(world) {
  const { gateway } = world;
  const open = async (hash) => {
    const page = await openPage(world.browser, gateway);
    await page.goto(`${gateway.url}#/${hash}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    return page;
  };
  const saved = async (page, scope = page) => {
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      button(scope, "Download as CSV").click(),
    ]);
    return (await readFile(await file.path(), "utf8")).trim().split("\r\n");
  };
  const section = (page, id) => page.locator("section", { has: page.locator(`#${id}`) });

  describe("tables", () => {
    beforeEach(() => gateway.clear());

    test("Devices: a new one is marked until its notice is put away; each stands in the file with its marks", async () => {
      const { items } = await gateway.get("notifications?outcome=open&limit=500");
      const notice = items.find(
        (one) => one.message_key === "new_device" &&
          items.filter(({ device }) => device === one.device).length === 1,
      );
      const { name } = await gateway.get(`devices/${notice.device}`);
      const page = await open("devices");
      const row = page.locator("table.data tbody tr").filter({ has: page.getByText(name, { exact: true }) });
      const mark = row.getByText("new", { exact: true });
      await mark.waitFor();
      const lines = await saved(page);
      assert.equal(lines.length - 1, await page.locator("table.data tbody tr").count());
      assert.match(lines.find((line) => line.startsWith(`"${name}"`)), /"new, /);
      await gateway.send("POST", `notifications/${notice.id}:dismiss`);
      await mark.waitFor({ state: "detached" });
      await done(page);
    });

    test("the table beside the graph is a file, too", async () => {
      const page = await open("monitor?view=table");
      const rows = page.locator(".table-view tbody tr");
      await rows.first().waitFor();
      const lines = await saved(page);
      assert.equal(lines[0], '"Name","State","Talks to","Sent","Received","Rate","Last seen"');
      assert.ok(lines.length - 1 >= 13, `${lines.length} lines`);
      await done(page);
    });

    test("Health: what was stopped by reason, as the counters have it, and how full the flow table is", async () => {
      const [tv] = (await gateway.get("devices?limit=500")).items.filter(
        (one) => one.kind.value === "television",
      );
      await gateway.send("POST", `devices/${tv.id}:block`);
      const counters = async () => {
        const answer = await fetch(new URL("api/v1/metrics", gateway.url), {
          headers: { Authorization: `Bearer ${gateway.token}` },
        });
        return answer.text();
      };
      const dropped = /^spin_packets_dropped_total\{reason="device_blocked"\} [1-9]/m;
      await until("something was stopped", async () => dropped.test(await counters()));
      const page = await open("health");
      const stopped = section(page, "health-stopped");
      await stopped.getByText("device blocked").waitFor();
      const lines = await saved(page, stopped);
      assert.ok(lines.some((line) => /^"device blocked",[1-9]\d*,[1-9]\d*$/.test(line)), lines.join("\n"));
      const [, most] = /^spin_flows_capacity (\d+)/m.exec(await counters());
      await page.getByText(`of ${Number(most).toLocaleString("en")}`).waitFor();
      await done(page);
    });

    test("Health: how busy each core is, whether the machine is fit, and until when there are fixes", async () => {
      const page = await open("health");
      const machine = section(page, "health-machine");
      const { cpu, support } = await gateway.get("health");
      await machine.getByText(cpu.note).waitFor();
      assert.equal(await machine.locator("dt").count(), cpu.cores.length);
      for (const { found, text } of (await gateway.get("health/checks")).items)
        await machine.getByRole("listitem").filter({ hasText: text }).filter({ hasText: found }).first().waitFor();
      const until = new Date(support.until).toLocaleDateString("en", { dateStyle: "medium" });
      await page.getByText(until).waitFor();
      await done(page);
    });

    test("Health: each list with its age", async (t) => {
      if (!gateway.own) return t.skip("another gateway");
      await gateway.send("PATCH", "config", {
        lists: [{ name: "mine", url: "http://127.0.0.1:9/none", action: "none" }],
      });
      const page = await open("health");
      await section(page, "health-lists").getByText("mine").waitFor();
      await section(page, "health-lists").getByRole("link", { name: "Lists" }).click();
      await page.getByRole("heading", { level: 1, name: "Lists" }).waitFor();
      await gateway.send("PATCH", "config", { lists: null });
      await done(page);
    });
  });
}
