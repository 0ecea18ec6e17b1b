// SPDX-License-Identifier: BSD-3-Clause
// The pages of one device, of one destination and of the past: what they say is what the gateway says, and what is done
// on them is in force.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { beforeEach, describe, test } from "node:test";
import { button, openPage, phone } from "./browser.mjs";
import { until } from "./gateway.mjs";
import { done } from "./see.mjs";

const section = (page, name) =>
  page.locator("section", { has: page.getByRole("heading", { name, exact: true }) }).last();
const rows = (scope) => scope.locator("table.data tbody tr");

async function saved(page, press) {
  const [file] = await Promise.all([page.waitForEvent("download"), press()]);
  return readFile(await file.path(), "utf8");
}

export function tests(world) {
  const { gateway } = world;
  const television = async () =>
    (await gateway.get("devices?limit=500")).items.find((one) => one.kind.value === "television");
  const open = async (hash, options) => {
    const page = await openPage(world.browser, gateway, options);
    await page.goto(`${gateway.url}#/${hash}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    return page;
  };
  // What is shown of the past is written every ten seconds.
  const talked = (path) =>
    until(
      "the history knows whom it talked to",
      async () => {
        const past = await gateway.get(path);
        return past.items.length > 0 && past;
      },
      60_000,
    );

  describe("pages", () => {
    beforeEach(() => gateway.clear());

    test("from Devices to what the television talked to in the last hour: two presses", async () => {
      const tv = await television();
      const past = await talked(`devices/${tv.id}/history?group=destination&limit=500`);
      const page = await open("devices");
      await page.getByRole("link", { name: tv.name, exact: true }).click();
      await page.getByRole("heading", { level: 1, name: tv.name }).waitFor();
      assert.equal(await button(page, "1 h").getAttribute("aria-pressed"), "true");
      const talks = section(page, "Talks to");
      const most = past.items.find(({ destination }) => /\.example$/.test(destination.name));
      await rows(talks).filter({ hasText: most.destination.name }).first().waitFor();
      await button(talks, "Organisation").click();
      await talks.getByRole("columnheader", { name: "Organisation" }).waitFor();
      await page.reload();
      await talks.getByRole("columnheader", { name: "Organisation" }).waitFor();
      await section(page, "Services").getByText("https", { exact: true }).waitFor();
      assert.equal(await section(page, "Hours of the week").locator("tbody tr").count(), 7);
      await done(page);
    });

    test("a fact stands with who says it and how sure it is", async () => {
      const tv = await television();
      const { facts } = await gateway.get(`devices/${tv.id}`);
      const model = facts.find(({ fact }) => fact === "mdns_model");
      const page = await open(`device/${tv.id}`, { viewport: phone });
      const known = section(page, "What is known");
      const fact = known.locator("dl > div").filter({ has: page.getByText("Model", { exact: true }) });
      await fact.getByText(model.value).waitFor();
      await fact.getByText(`mDNS, from the device · ${model.confidence} % sure`).waitFor();
      await done(page);
    });

    test("paused for an hour, with its proof, and back; the trail tells both", async () => {
      const tv = await television();
      const page = await open(`device/${tv.id}`);
      await button(page, "for an hour").click();
      await page.getByText(/^Paused until /).waitFor();
      await page.locator(".do .proof").getByText("In force after").waitFor();
      const { paused_until } = await gateway.get(`devices/${tv.id}`);
      assert.ok(Math.abs(Date.parse(paused_until) - Date.now() - 3_600_000) < 120_000, paused_until);
      await button(page, "End the pause").click();
      await button(page, "until morning").waitFor();
      assert.equal((await gateway.get(`devices/${tv.id}`)).paused_until, null);
      await section(page, "What happened").getByText("No more: ").first().waitFor();
      await done(page);
    });

    test("its kind, said by hand, is undone from the trail", async () => {
      const tv = await television();
      const page = await open(`device/${tv.id}`);
      await page.getByLabel("Kind", { exact: true }).selectOption("tablet");
      await until("it is a tablet", async () => (await gateway.get(`devices/${tv.id}`)).kind.value === "tablet");
      const line = section(page, "What happened").locator("li").filter({ hasText: "Kind: – → tablet" }).first();
      await line.getByRole("button").click();
      await until("it is a television", async () => (await gateway.get(`devices/${tv.id}`)).kind.value === "television");
      await done(page);
    });

    test("watched for an hour, and no longer", async () => {
      const tv = await television();
      const page = await open(`device/${tv.id}`);
      await button(page, "Watch for an hour").click();
      await page.getByText(/^It is watched until /).waitFor();
      assert.equal((await gateway.get(`devices/${tv.id}/learned`)).state, "learning");
      await page.getByText(/^may open /).first().waitFor({ timeout: 60_000 });
      await button(page, "Stop watching").click();
      await button(page, "Watch for an hour").waitFor();
      assert.notEqual((await gateway.get(`devices/${tv.id}/learned`)).state, "learning");
      await page.getByLabel(/beside$/).selectOption("camera");
      await page.getByText(/the same in both\.$/).waitFor();
      await button(page, "Let it do only this").click();
      await until("a profile of its own", async () => /^learned-/.test((await gateway.get(`devices/${tv.id}`)).profile));
      await button(page.locator(".toasts"), "Undo").click();
      await until("the profile before", async () => (await gateway.get(`devices/${tv.id}`)).profile === tv.profile);
      await done(page);
    });

    test("a tracker is found among the destinations, blocked for one, then for all", async () => {
      const page = await open("destinations");
      await page.getByPlaceholder("Find…").fill("adgrid");
      const link = page.getByRole("link", { name: "adgrid.example", exact: true });
      await link.waitFor();
      assert.equal(await rows(page).count(), 1);
      await link.click();
      await page.getByRole("heading", { level: 1, name: "adgrid.example" }).waitFor();
      const [tracker] = (await gateway.get("destinations?name=adgrid")).items;
      const who = section(page, "Devices that talk to it");
      const first = await who.locator(".device-link").first().innerText();
      await button(who, `Block ${first}`).click();
      await button(who, `Unblock ${first}`).waitFor();
      const [pair] = (await gateway.get("rules")).items;
      assert.deepEqual([pair.action, pair.object.id], ["block", tracker.id]);
      assert.equal(pair.subject.name, first);
      await button(page.locator(".do"), "Block").click();
      await button(page.locator(".do"), "Unblock").waitFor();
      assert.equal((await gateway.get(`destinations/${tracker.id}`)).blocked, true);
      await page.getByText("none of yours").waitFor();
      await done(page);
    });

    test("the list of destinations as a file has every row that is shown, and no formula", async () => {
      const page = await open("destinations?show=outside");
      await rows(page).first().waitFor();
      const text = await saved(page, () => button(page, "Download as CSV").click());
      const lines = text.trim().split("\r\n");
      assert.match(lines[0], /^"Name",.*"State","Devices","Sent","Received","Last seen"$/);
      assert.ok(lines.length - 1 >= (await rows(page).count()), `${lines.length} lines`);
      assert.ok(lines.slice(1).every((line) => !/^"[=+@-]/.test(line)));
      await done(page);
    });

    test("History: by kind, kept in the address, as a table and as a file", async () => {
      const tv = await television();
      await talked("history?group=device");
      const page = await open("history");
      await button(page, "1 h").click();
      await button(page, "Kind").click();
      const movers = section(page, "Who moved most");
      await rows(movers).filter({ hasText: "television" }).waitFor();
      await page.reload();
      await rows(movers).filter({ hasText: "television" }).waitFor();
      assert.equal(await button(page, "Kind").getAttribute("aria-pressed"), "true");
      const course = page.locator(".chart-card").first();
      const text = await saved(page, () => button(course, "Download as CSV").click());
      assert.match(text, /^"Time",.*"television"/);
      const json = JSON.parse(await saved(page, () => course.getByRole("link", { name: "Download as JSON" }).click()));
      assert.equal(json.group, "device");
      await page.locator(".past-choices select").selectOption(tv.id);
      await button(page, "Destination").click();
      await rows(movers).filter({ hasText: ".example" }).first().waitFor();
      await done(page);
    });

    test("History: the hours of the week as a file, a day in each line", async () => {
      await talked("history?group=device");
      const past = await gateway.get("history?group=none&step=3600");
      const page = await open("history");
      const hours = section(page, "Hours of the week");
      const lines = (await saved(page, () => button(hours, "Download as CSV").click()))
        .trim()
        .split("\r\n");
      assert.equal(lines[0], `"",${[...Array(24).keys()].join(",")}`);
      assert.deepEqual(
        lines.slice(1).map((line) => line.split(",")[0]),
        ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].map((day) => `"${day}"`),
      );
      const at = await page.evaluate((time) => {
        const date = new Date(time);
        return [(date.getDay() + 6) % 7, date.getHours()];
      }, past.points.at(-1).time);
      assert.ok(Number(lines[at[0] + 1].split(",")[at[1] + 1]) > 0, lines.join("\n"));
      await done(page);
    });

    test("History: two windows beside each other, and one of its own", async () => {
      await talked("history?group=device");
      const page = await open("history?w=1h");
      await page.getByLabel("Compare with another time of the same length").check();
      const beside = section(page, "Beside each other");
      await beside.getByRole("columnheader", { name: "Change" }).waitFor();
      await beside.getByText("new", { exact: true }).first().waitFor();
      await page.getByLabel("Compared with, from").fill("2026-01-01T10:00");
      await page.waitForURL(/beside=2026-01-01T/);
      await beside.getByText("What is kept begins at").waitFor();
      await page.getByLabel("From", { exact: true }).fill("2026-01-01T10:00");
      await page.waitForURL(/from=2026-01-01T/);
      await page.getByLabel("To", { exact: true }).fill("2026-01-01T12:00");
      await page.getByText("Nothing was moved in this time").waitFor();
      assert.equal(await button(page, "1 h").getAttribute("aria-pressed"), "false");
      await done(page);
    });

    test("a device and a destination that nobody knows are said to be so", async () => {
      const page = await open("device/dev_0000000000000");
      await page.getByRole("heading", { name: "Not known" }).waitFor();
      await page.goto(`${gateway.url}#/destination/%3Cb%3E`);
      await page.getByRole("heading", { name: "Not known" }).waitFor();
      await done(page);
    });
  });
}
