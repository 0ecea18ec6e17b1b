// SPDX-License-Identifier: BSD-3-Clause
// What is kept and given: profiles, lists and settings, each changed, looked at and taken back.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { axe, violations } from "./access.mjs";
import { blankPage, button, desktop } from "./browser.mjs";
import { until } from "./gateway.mjs";
import { done } from "./see.mjs";

const PASSWORD = "not the demo's own one";

export function tests(world) {
  const { gateway } = world;

  // Somebody whose password was given a moment ago: settings ask for that.
  const open = async (screen, options = {}) => {
    const page = await blankPage(world.browser, gateway.url, {
      viewport: desktop,
      bypassCSP: true,
      ...options,
    });
    await page.goto(`${gateway.url}#/${screen}`);
    await page.getByLabel("Name", { exact: true }).fill("keeper");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await button(page, "Log in").click();
    await page.locator(".page h1").waitFor();
    await page.evaluate(axe);
    return page;
  };
  const clean = async (page) => assert.deepEqual(await violations(page), []);
  const said = (page, text) => page.locator(".toasts").getByText(text).first().waitFor();

  describe("manage", () => {
    let folder = "";
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "spin-web-manage-"));
      await writeFile(
        join(folder, "strangers.txt"),
        "stranger.example\nwww.stranger.example\n",
      );
      await gateway.send("POST", "users", {
        name: "keeper",
        password: PASSWORD,
        role: "admin",
      });
    });
    after(async () => {
      await gateway.send("DELETE", "users/keeper");
      await rm(folder, { recursive: true });
    });

    test("a profile is made, changed by form and text, wrong at a place, and taken back", async () => {
      const page = await open("profiles");
      await clean(page);
      await page.getByLabel("Name").fill("party");
      await page.getByLabel("What it is for").fill("Guests: tonight");
      await page.locator("#profile-base").selectOption("guest");
      await button(page, "Make it").click();
      await page.getByRole("heading", { level: 1, name: "party" }).waitFor();
      assert.equal(
        (await gateway.get("profiles/party")).yaml,
        'description: "Guests: tonight"\nextends: guest\n',
      );
      // A rule by the form.
      await page.getByLabel("Which").fill("ads.example");
      await button(page, "Add this rule").click();
      await page.locator(".rule-cards").getByText("ads.example").waitFor();
      // The head by the form: it stands in the text and in the difference before it is saved.
      await page.locator("#profile-top-default").selectOption("block");
      await page.locator(".diff-new").getByText("default: block").waitFor();
      await clean(page);
      const text = page.locator("#profile-yaml");
      const good = await text.inputValue();
      await text.fill(`${good}rulez: 1\n`);
      await button(page, "Save").click();
      const wrong = page.locator("#profile-wrong");
      await wrong.getByText(/Line \d+, column 1: unknown key 'rulez'/).waitFor();
      assert.equal(
        await text.evaluate((field) => field.value.slice(field.selectionStart)),
        "rulez: 1\n",
      );
      await text.fill(good);
      await button(page, "Save").click();
      await page.locator(".rule-cards").getByText("All else is stopped.").waitFor();
      assert.equal((await gateway.get("profiles/party")).default, "block");
      await page.locator(".toasts").getByRole("button", { name: "Undo" }).last().click();
      await until("the default is back", async () =>
        (await gateway.get("profiles/party")).default === "allow");
      await page.reload();
      await button(page, "Remove this profile").click();
      await page.getByRole("heading", { level: 1, name: "Profiles" }).waitFor();
      await done(page);
    });

    test("a device is watched, what it needed is read, tightened and enforced", async () => {
      const plug = (await gateway.get("devices?limit=500")).items.find(
        (one) => one.kind.value === "television",
      );
      const page = await open("profiles");
      await page.locator("#learn-device").selectOption(plug.id);
      await button(page, "ten minutes").click();
      await button(page, "That is enough").waitFor();
      await page.locator(".learned li").first().waitFor({ timeout: 60_000 });
      await button(page, "That is enough").click();
      await button(page, "an hour").waitFor();
      await clean(page);
      await page.locator(".learned input:enabled").first().uncheck();
      await button(page, `Let this be all that ${plug.name} may do`).click();
      await said(page, "what it learned");
      const { profile } = await gateway.get(`devices/${plug.id}`);
      const whole = await gateway.get(`profiles/${profile}`);
      assert.equal(whole.extends, "learned");
      // Asked only now: what was under way when it ended may still have brought a row.
      const { rows } = await gateway.get(`devices/${plug.id}/learned`);
      const own = whole.rules.filter(({ n }) => n !== null);
      assert.ok(own.length < rows.length, `${own.length} rules of ${rows.length} rows`);
      await page.goto(`${gateway.url}#/profiles/${profile}`);
      await page.locator(".device-link").getByText(plug.name).waitFor();
      await gateway.send("PATCH", `devices/${plug.id}?confirm=true`, {
        profile: plug.profile,
      });
      await done(page);
    });

    test("a list is added, tried, fetched again, removed, and back by Undo", async () => {
      const page = await open("lists");
      await page.getByText("No list yet").waitFor();
      await clean(page);
      await page.getByLabel("Its name").fill("strangers");
      await page.getByLabel("Address on the web").fill(join(folder, "strangers.txt"));
      await button(page, "Add it").click();
      const row = page.locator(".rule-cards li").filter({ hasText: "strangers" });
      await row.getByText("in force").waitFor();
      await row.getByText("2 entries").waitFor();
      await page.getByLabel("Name or address").fill("www.stranger.example");
      await button(page, "Try it").click();
      await page.getByText("It is stopped").waitFor();
      await page.getByRole("link", { name: "The whole chain" }).waitFor();
      await clean(page);
      await row.getByRole("button", { name: /Fetch now/ }).click();
      await said(page, "being fetched");
      await row.getByRole("button", { name: /Remove/ }).click();
      await page.getByText("No list yet").waitFor();
      await page.locator(".toasts").getByRole("button", { name: "Undo" }).last().click();
      await row.waitFor();
      await gateway.send("PATCH", "config", { lists: null });
      await done(page);
    });

    test("a setting is found, changed after a look, said to need a restart, and taken back", async () => {
      const page = await open("settings");
      await page.locator("#set-log_level").waitFor();
      await clean(page);
      await page.getByPlaceholder("Find…").fill("history keep");
      await page.locator("#set-log_level").waitFor({ state: "detached" });
      await page.locator('[id="set-history.keep"]').fill("300d");
      await page.keyboard.press("Tab");
      await page.locator(".diff-new").getByText("keep: 300d").waitFor();
      await button(page, "Apply one change").click();
      await said(page, "After a restart: history.keep.");
      await page.getByText("waits for a restart").waitFor();
      const of = async (key) =>
        (await gateway.get("config?detailed=1")).items.find((one) => one.key === key);
      assert.equal((await of("history.keep")).value, "300d");
      await page.locator(".toasts").getByRole("button", { name: "Undo" }).last().click();
      await until("as it was", async () => (await of("history.keep")).value === "400d");
      // What cannot be is refused whole, with its reason.
      await page.locator('[id="set-history.keep"]').fill("soon");
      await page.keyboard.press("Tab");
      await button(page, "Apply one change").click();
      await page.locator(".toasts").getByText("soon").first().waitFor();
      await button(page, "Throw the changes away").click();
      await button(page, "Apply one change").waitFor({ state: "detached" });
      await clean(page);
      await done(page);
    });

    test("a default that would cut devices off is on trial, and is taken back", async () => {
      const page = await open("settings");
      await page.locator("#set-default_profile").fill("block-all");
      await page.keyboard.press("Tab");
      await button(page, "Apply one change").click();
      await page.getByText(/^On trial: New devices have the profile block-all/).waitFor();
      await clean(page);
      await button(page, "Take it back").click();
      await until("the default is as it was", async () =>
        (await gateway.get("profiles")).items.some(
          (one) => one.name === "allow-all" && one.is_default,
        ));
      await gateway.send("PATCH", "config", { default_profile: null });
      await done(page);
    });

    test("a provider's proposal is asked about, accepted with one press, and undone", async () => {
      await gateway.clear(); // what others left must not count
      const { secret, id } = await gateway.send("POST", "tokens", {
        name: "north-net",
        role: "provider",
      });
      await gateway.send("POST", "provider:grant", {
        rights: ["statistics"],
        names: "masked",
        minutes: 15,
      });
      const provider = (path, body) =>
        fetch(new URL(`api/v1/${path}`, gateway.url), {
          method: "POST",
          body: JSON.stringify(body),
          headers: {
            Authorization: `Bearer ${secret}`,
            "Content-Type": "application/json",
          },
        }).then((answer) => answer.json());
      const page = await open("access");
      const made = await provider("proposals", {
        rule: {
          action: "block",
          subject: { everyone: true },
          object: { domain: "ads.example" },
        },
        evidence: "It was asked for 4,000 times in an hour.",
      });
      const row = page.locator("li").filter({ hasText: "4,000 times" });
      await row.getByText("waits for you").waitFor();
      await row.getByText("Exactly what").click();
      await row.getByText("domain: ads.example").waitFor();
      await clean(page);
      await row.getByLabel("A question, or why not").fill("By whom?");
      await row.getByRole("button", { name: "Ask", exact: true }).click();
      await row.getByText("You asked: By whom?").waitFor();
      await provider(`proposals/${made.id}:answer`, { text: "By the <b>TV</b>." });
      await row.getByText("Answer: By the <b>TV</b>.").waitFor();
      await row.getByRole("button", { name: "Accept" }).click();
      await row.getByText("accepted").waitFor();
      assert.equal((await gateway.get("rules?limit=500")).items.length, 1);
      await page.locator(".toasts").getByRole("button", { name: "Undo" }).last().click();
      await until("no rule", async () =>
        (await gateway.get("rules?limit=500")).items.length === 0);
      await gateway.send("POST", "provider:end");
      await gateway.send("DELETE", `tokens/${id}`);
      await done(page);
    });

    test("a backup is downloaded, and says what putting it back would change", async () => {
      const page = await open("settings");
      const saving = page.waitForEvent("download");
      await button(page, "Download a backup").click();
      const file = await (await saving).path();
      await page.getByLabel("Put a backup back").setInputFiles(file);
      await page.getByText(/A backup of .* with \d+ devices/).waitFor();
      await button(page, "Put it in place").waitFor();
      await clean(page);
      await done(page);
    });
  });
}
