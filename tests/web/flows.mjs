// SPDX-License-Identifier: BSD-3-Clause
// Flows: each conversation opens to all that is known of it, now and in the past, and is taken to other tools.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, beforeEach, describe, test } from "node:test";
import { axe, openScreen, violations } from "./access.mjs";
import { button, phone } from "./browser.mjs";
import { until } from "./gateway.mjs";
import { done } from "./see.mjs";

export function tests(world) {
  const { gateway } = world;
  const open = (hash, options) => openScreen(world, hash, options);
  const clean = async (page) => assert.deepEqual(await violations(page), []);
  const opener = (page) => page.locator("table.data .row-name");
  const fact = (page, term) =>
    page.locator(".flow-facts > div").filter({ has: page.getByText(term, { exact: true }) });
  const clipboard = (page) => page.evaluate(() => navigator.clipboard.readText());
  const copied = (page) => page.locator(".toasts").getByText("It is copied").last().waitFor();

  describe("flows", () => {
    beforeEach(() => gateway.clear());
    after(async () => {
      for (const one of (await gateway.get("captures")).items)
        await gateway.send("DELETE", `captures/${one.id}`);
    });

    test("one opens to both its ends, stays open over a reload, and is copied for other tools", async () => {
      const page = await open("flows", { permissions: ["clipboard-read", "clipboard-write"] });
      await opener(page).first().click();
      await page.waitForURL(/flow=flow_\w+/);
      const [, id] = /flow=(flow_\w+)/.exec(page.url());
      const flow = await gateway.get(`flows/${id}`);
      for (const { address, port, mac } of [flow.initiator, flow.responder])
        await page
          .locator(".flow-facts")
          .getByText(port === null ? address : `${address} ${port}`)
          .filter({ hasText: mac ?? "" })
          .first()
          .waitFor();
      await button(fact(page, "Community ID"), "Copy").click();
      await copied(page);
      assert.equal(await clipboard(page), flow.community_id);
      await clean(page);
      await page.reload();
      await button(page, "Copy as EVE").click();
      await until("the line", async () => (await clipboard(page)).startsWith("{"));
      const line = await clipboard(page);
      assert.equal(JSON.parse(line).spin.id, id);
      // Whole, although a number of this language would not hold it.
      const raw = await fetch(new URL(`api/v1/flows/${id}/eve`, gateway.url), {
        headers: { Authorization: `Bearer ${gateway.token}` },
      });
      const number = /"flow_id":\d+/;
      assert.equal(number.exec(line)[0], number.exec(await raw.text())[0]);
      await done(page);
    });

    test("one that is not in the list any more opens by its address alone", async () => {
      const { items } = await gateway.get("flows?verdict=forward");
      const page = await open(`flows?verdict=drop&flow=${items[0].id}`);
      await page.locator(".flow-alone .flow-facts").waitFor();
      await page.goto(`${gateway.url}#/flows?flow=flow_0000000000000`);
      await page.getByText("There is no flow 'flow_0000000000000' any more.").waitFor();
      await done(page);
    });

    test("Record this begins a recording of the same two and the same service", async () => {
      const { items } = await gateway.get("flows?limit=500");
      const { id, device, responder } = items.find(
        (one) => one.service === "https" && one.responder.address.includes("."),
      );
      const page = await open(`flows?flow=${id}&device=${device}`);
      await page.getByRole("link", { name: "Record this" }).click();
      const filter = `host ${responder.address} and tcp port 443`;
      await until("the filter is filled in", async () =>
        (await page.getByLabel("Only what matches (all when empty)").inputValue()) === filter);
      await button(page, "Begin").click();
      await page.locator(".rule-cards").getByText(filter).waitFor();
      const made = (await gateway.get("captures")).items.at(-1);
      assert.deepEqual([made.device, made.filter], [device, filter]);
      await done(page);
    });

    test("a stopped one tells the rule in words, and leads to Why?", async () => {
      await gateway.send("POST", "rules", {
        action: "block",
        subject: { everyone: true },
        object: { domain: "adgrid.example" },
      });
      const since = Date.now();
      const [tracker] = (await gateway.get("destinations?name=adgrid")).items;
      // One that this rule stopped, not another's of before.
      const stopped = await until("a stopped one", async () => {
        const { items } = await gateway.get(`flows?verdict=drop&destination=${tracker.id}`);
        return items.find(({ last_seen }) => Date.parse(last_seen) > since);
      });
      const page = await open(`flows?verdict=drop&flow=${stopped.id}`, { viewport: phone });
      await fact(page, "Verdict").getByText("adgrid.example").waitFor();
      await clean(page);
      await page.locator(".under, .flow-alone").getByRole("link", { name: "Why?" }).click();
      await page.getByText("It is stopped").waitFor();
      await done(page);
    });

    test("the past: in a window that the address keeps, with what is kept of each; as a file", async () => {
      const kept = await until("one is kept", async () => {
        const { items } = await gateway.get("history/flows?limit=500&verdict=forward");
        return items.length > 0 && items;
      }, 60_000);
      const page = await open("flows?verdict=forward");
      await button(page, "Past").click();
      await button(page, "1 h").click();
      await page.waitForURL(/show=past/);
      await page.waitForURL(/w=1h/);
      await page.reload();
      await page.evaluate(axe);
      assert.equal(await button(page, "1 h").getAttribute("aria-pressed"), "true");
      await opener(page).first().waitFor();
      assert.ok((await opener(page).count()) >= Math.min(kept.length, 100));
      await opener(page).first().click();
      await fact(page, "Lasted").waitFor();
      await clean(page);
      const [file] = await Promise.all([
        page.waitForEvent("download"),
        button(page, "Download as CSV").click(),
      ]);
      const lines = (await readFile(await file.path(), "utf8")).trim().split("\r\n");
      assert.equal(lines.length - 1, await opener(page).count());
      await page.goto(`${gateway.url}#/flows?show=past&from=2026-01-01T10:00Z&to=2026-01-01T12:00Z`);
      await page.getByText("No such conversation").waitFor();
      await done(page);
    });

    test("the past goes on page by page", async () => {
      const asked = [];
      const page = await open("home");
      await page.route("**/api/v1/history/flows?*", async (route) => {
        const address = new URL(route.request().url());
        asked.push(address.searchParams);
        address.searchParams.set("limit", "1");
        await route.continue({ url: String(address) });
      });
      await page.goto(`${gateway.url}#/flows?show=past`);
      await opener(page).first().waitFor();
      await button(page, "Show more").click();
      await opener(page).nth(1).waitFor();
      const [first, second] = asked;
      assert.equal(second.get("from"), first.get("from"));
      assert.match(second.get("cursor"), /^flow_/);
      await done(page);
    });
  });
}
