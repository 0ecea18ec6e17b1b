// SPDX-License-Identifier: BSD-3-Clause
// Getting in: the first account, a code in the address, a password; getting out; and a session that ends meanwhile.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { axe, violations } from "./access.mjs";
import { blankPage, button } from "./browser.mjs";
import { until } from "./gateway.mjs";
import { done } from "./see.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const PASSWORD = "a few words are easy";

async function fill(page, values) {
  for (const [label, value] of Object.entries(values))
    await page.getByLabel(label, { exact: true }).fill(value);
}

const form = (page) =>
  page.getByRole("heading", { name: "Log in to your SPIN gateway" });

// spin-control alone, as new: nobody has an account.
async function newGateway() {
  const folder = await mkdtemp(join(tmpdir(), "spin-web-new-"));
  const build = process.env.SPIN_BUILD ?? join(root, "build");
  const control = spawn(join(build, "control/spin-control"), [
    ...["--run-dir", folder, "--state-dir", join(folder, "state")],
    ...["--profiles-dir", join(folder, "profiles")],
    ...["--web-dir", join(root, "web/dist"), "--listen", "127.0.0.1:0"],
  ]);
  let said = "";
  control.stderr.on("data", (chunk) => (said += chunk));
  control.stdout.on("data", (chunk) => (said += chunk));
  const found = await until("a setup code and an address", () =>
    /with the code ([0-9a-z-]+)[^]*ready on (http:\S+)/.exec(said),
  );
  return {
    code: found[1],
    url: `${found[2]}/`,
    async stop() {
      const ended = new Promise((resolve) => control.once("exit", resolve));
      control.kill("SIGTERM");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function tests(world) {
  test("the first account is made with the setup code, which may come in the address", async () => {
    const fresh = await newGateway();
    const page = await blankPage(world.browser, fresh.url, { bypassCSP: true });
    await page.goto(fresh.url);
    await page
      .getByRole("heading", { name: "Welcome: make the first account" })
      .waitFor();
    await page.evaluate(axe);
    assert.deepEqual(await violations(page), []);
    await fill(page, {
      "Setup code": "0000-0000-0000",
      Name: "anna",
      Password: PASSWORD,
    });
    await button(page, "Make the account").click();
    await page.getByText("The setup code is wrong.").waitFor();
    // The link that holds the code, put into this very tab.
    await page.goto(`${fresh.url}#code=${fresh.code}`);
    await page.getByLabel("Setup code", { exact: true }).waitFor();
    assert.equal(
      await page.getByLabel("Setup code", { exact: true }).inputValue(),
      fresh.code,
    );
    assert.equal(new URL(page.url()).hash, "");
    await fill(page, { Name: "anna", Password: PASSWORD });
    await button(page, "Make the account").click();
    await button(page, "Log out anna").waitFor();
    // What may be remembered, with an example of each; then home.
    await page.getByRole("heading", { level: 1, name: "Welcome" }).waitFor();
    await page.getByText("television → video.example, 12 MB at 20:14").waitFor();
    await page.evaluate(axe);
    assert.deepEqual(await violations(page), []);
    await page.getByRole("radio", { name: /^Organisations/ }).check();
    await page.getByText("From now on that much is remembered").first().waitFor();
    await button(page, "Done: show me my home").click();
    await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
    await fresh.stop();
    await page.context().close();
  });

  test("a code in the address lets one browser in, once", async () => {
    const { gateway } = world;
    const door = await gateway.door();
    const page = await blankPage(world.browser, gateway.url);
    await page.goto(door);
    await page.locator(".node").first().waitFor({ state: "attached" });
    assert.ok(!page.url().includes("code"), page.url());
    await page.reload();
    await page.locator(".node").first().waitFor({ state: "attached" });
    const other = await blankPage(world.browser, gateway.url);
    await other.goto(door);
    await form(other).waitFor();
    await other.getByRole("alert").getByText("is wrong").waitFor();
    await done(other);
    await done(page);
  });

  test("in by a password, out by a button, and in again over the page when the session has ended", async () => {
    const { gateway } = world;
    const user = { name: "webby", password: PASSWORD, role: "user" };
    await gateway.send("POST", "users", user);
    const page = await blankPage(world.browser, gateway.url, {
      bypassCSP: true,
    });
    await page.goto(`${gateway.url}#/monitor?view=table`);
    await form(page).waitFor();
    await page.evaluate(axe);
    assert.deepEqual(await violations(page), []);
    await fill(page, { Name: "webby", Password: "not this one" });
    await button(page, "Log in").click();
    await page.getByRole("alert").getByText("is wrong").waitFor();
    await fill(page, { Password: PASSWORD });
    await page.keyboard.press("Enter");
    await page.getByRole("table").waitFor();
    // What only an admin may open is not offered.
    const rail = page.getByRole("navigation");
    assert.equal(await rail.getByRole("link", { name: "Lists" }).count(), 1);
    assert.equal(await rail.getByRole("link", { name: "Settings" }).count(), 0);
    await button(page, "Log out webby").click();
    await form(page).waitFor();
    await fill(page, { Name: "webby", Password: PASSWORD });
    await page.keyboard.press("Enter");
    await page.getByRole("table").waitFor();
    const { items } = await gateway.get("sessions");
    for (const one of items.filter(({ user }) => user === "webby"))
      await gateway.send("DELETE", `sessions/${one.id}`);
    const over = page.getByRole("dialog", { name: "Your session has ended" });
    await over.waitFor();
    await page.evaluate(axe);
    assert.deepEqual(await violations(page), []);
    assert.ok(await page.locator("table").count(), "the page is kept below");
    await fill(page, { Name: "webby", Password: PASSWORD });
    await over.getByRole("button", { name: "Log in" }).click();
    await over.waitFor({ state: "detached" });
    await page.getByRole("table").waitFor();
    await gateway.send("DELETE", "users/webby");
    await over.waitFor();
    await page.context().close();
  });
}
