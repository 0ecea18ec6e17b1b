// SPDX-License-Identifier: BSD-3-Clause
// A person at the original SPIN's own page, as tests/e2e/test_spin_original.py serves it: every button, once.
// Prints what was seen as JSON.  The page's own variables (nodes, edges, blockList …) tell when something is done.

import { readFile } from "node:fs/promises";
import { button, launch, watch } from "./browser.mjs";
import { until } from "./gateway.mjs";

const { SPIN_URL, SPIN_USER, SPIN_PASSWORD, SPIN_MQTT_PORT, SPIN_MAC, SPIN_SITE, SPIN_SHOTS } =
  process.env;
const NAME = 'Größe <i>& "Co"';
const seen = { alerts: [] };

const browser = await launch();
const context = await browser.newContext({
  viewport: { width: 1400, height: 1000 },
  httpCredentials: {
    username: SPIN_USER,
    password: SPIN_PASSWORD,
  },
});
const page = watch(await context.newPage(), SPIN_URL);
page.on("dialog", (dialog) => {
  seen.alerts.push(dialog.message());
  void dialog.accept();
});

const holds = (wanted, given) => page.waitForFunction(wanted, given);
const dialog = (id) => page.locator(`.ui-dialog:has(#${id})`);
const shot = (name, of = page) =>
  SPIN_SHOTS && of.screenshot({ path: `${SPIN_SHOTS}/${name}.png` });

// Bubbles move, and a window may lie over them.
function press(id) {
  return until("a press on a bubble", async () => {
    const at = await page.evaluate((one) => {
      const box = document.getElementById("mynetwork").getBoundingClientRect();
      const { x, y } = network.canvasToDOM(network.getPositions([one])[one]);
      const free = document.elementFromPoint(box.x + x, box.y + y);
      return free.tagName === "CANVAS" && network.getNodeAt({ x, y }) === one
        ? { x: box.x + x, y: box.y + y }
        : null;
    }, id);
    if (at === null) return false;
    await page.mouse.click(at.x, at.y);
    return page.evaluate((one) => selectedNodeId === one, id);
  });
}

function pressEdge(id) {
  return until("a press on a line", async () => {
    const at = await page.evaluate((one) => {
      const box = document.getElementById("mynetwork").getBoundingClientRect();
      for (let y = 0; y < box.height; y += 3)
        for (let x = 0; x < box.width; x += 3)
          if (
            network.getEdgeAt({ x, y }) === one &&
            network.getNodeAt({ x, y }) === undefined &&
            document.elementFromPoint(box.x + x, box.y + y).tagName === "CANVAS"
          )
            return { x: box.x + x, y: box.y + y };
      return null;
    }, id);
    if (at === null) return false;
    await page.mouse.click(at.x, at.y);
    return page.evaluate((one) => selectedEdgeId === one, id);
  });
}

async function login() {
  await page.goto(`${SPIN_URL}/spin_graph/graph.html?mqtt_port=${SPIN_MQTT_PORT}`);
  await page.locator("#login_username").fill(SPIN_USER);
  await page.locator("#login_password").fill(SPIN_PASSWORD);
  await button(dialog("logindialog"), "Login").click();
}

async function graph() {
  await holds(
    ([mac, site]) => {
      const own = nodes.get().find((node) => node.mac === mac);
      const far = nodes.get().find((node) => node.domains.includes(`${site}.`));
      return (
        own &&
        far &&
        edges.get().some((edge) => edge.from === own.id && edge.to === far.id && edge.label)
      );
    },
    [SPIN_MAC, SPIN_SITE],
  );
  Object.assign(
    seen,
    await page.evaluate(
      ([mac, site]) => {
        const own = nodes.get().find((node) => node.mac === mac);
        const far = nodes.get().find((node) => node.domains.includes(`${site}.`));
        const edge = edges.get().find((one) => one.from === own.id && one.to === far.id);
        return {
          status: $("#statustext").text(),
          own: { id: own.id, label: own.label, colour: own.color_set },
          far: { id: far.id, label: far.label, colour: far.color_set },
          edge: { id: edge.id, label: edge.label },
        };
      },
      [SPIN_MAC, SPIN_SITE],
    ),
  );
  await shot("1-graph");
  await page.locator("#autozoom-button").click(); // the view stays
}

async function info() {
  await press(seen.own.id);
  await page.locator("#nodeinfo-peakdet").waitFor();
  await holds(() => graph_peak_bytes !== null && graph_peak_bytes.itemsData.length >= 60);
  seen.info = await page.locator("#nodeinfo-data").innerText();
  await shot("2-node");
}

async function rename() {
  await page.locator("#rename-node-button").click();
  await page.locator("#rename-field").fill(NAME);
  await button(dialog("rename-dialog"), "Rename node").click();
  // Not only here, but as the gateway tells it.
  await holds(([id, name]) => nodeinfo[id].name === name, [seen.own.id, NAME]);
}

// One of the lists, by the button of a node and by the list's own window.
async function list({ press: on, says, shows, list: id, remove, variable }) {
  await page.locator(on).click();
  await holds((name) => window[name].length > 0, variable);
  await holds(([one, text]) => document.querySelector(one).innerText === text, [on, says]);
  await page.locator(shows).click();
  const rows = dialog(id).locator("li");
  const addresses = await rows.allInnerTexts();
  await shot(`3-${id}`);
  await rows.first().click();
  await button(dialog(id), remove).click();
  await holds((name) => window[name].length === 0, variable);
  await button(dialog(id), "Close").last().click();
  return addresses;
}

async function lists() {
  seen.blocked = await list({
    press: "#block-node-button",
    says: "Unblock node",
    shows: "#block-list-button",
    list: "block-list-dialog",
    remove: "Remove Blocks",
    variable: "blockList",
  });
  seen.allowed = await list({
    press: "#allow-node-button",
    says: "Stop allowing node",
    shows: "#allowed-list-button",
    list: "allowed-list-dialog",
    remove: "Remove Allowed",
    variable: "allowedList",
  });
}

async function capture() {
  const opened = context.waitForEvent("page");
  await page.locator("#pcap-node-button").click();
  const popup = watch(await opened, SPIN_URL);
  await popup.waitForLoadState();
  // It looks for the broker at 1884, unless its own address says otherwise.
  const told = await popup.evaluate(() => [username, password]);
  await popup.goto(`${popup.url()}&mqtt_port=${SPIN_MQTT_PORT}`);
  await popup.evaluate((given) => setUser(...given), told);
  const start = popup.locator("[id='$capture_startstop']");
  await start.click();
  await popup.waitForFunction(() => statusByteCount > 10_000);
  await shot("4-capture", popup);
  await start.click();
  await popup.waitForFunction(() => !mqttClient.isConnected());
  const download = popup.waitForEvent("download");
  await popup.locator("[id='$capture_save']").click();
  const file = await readFile(await (await download).path());
  seen.capture = {
    text: await popup.locator("#capture").innerText(),
    bytes: await popup.evaluate(() => statusByteCount),
    file: file.toString("hex"),
    complaints: popup.complaints,
    foreign: popup.foreign,
  };
  await popup.close();
}

async function flow() {
  await button(dialog("nodeinfo"), "Close").click();
  await pressEdge(seen.edge.id);
  seen.flow = await page.locator("#flow_options").innerText();
  const block = page.locator("#block-flow-button");
  await block.click();
  await holds((id) => edges.get(id).color.color === colour_blocked, seen.edge.id);
  await shot("5-flow");
  seen.flow_blocked = await block.innerText();
  await block.click();
  await holds((id) => edges.get(id).color.color === colour_edge, seen.edge.id);
  await button(dialog("flowinfo"), "Close").click();
}

async function ignore() {
  await press(seen.own.id);
  await page.locator("#add-filter-button").click();
  await button(dialog("new-filter-dialog"), "Ignore node").click();
  await holds((id) => nodes.get(id) === null, seen.own.id);
  await page.locator("#filter-list-button").click();
  await holds(() => document.querySelectorAll("#filter-list li").length > 0);
  seen.ignored = await page.locator("#filter-list li").allInnerTexts();
  await button(dialog("filter-list-dialog"), "Reset").click();
  await holds(() => ignoreList.length === 0);
  await holds((id) => nodes.get(id) !== null, seen.own.id);
  seen.label = await page.evaluate((id) => nodes.get(id).label, seen.own.id);
  await shot("6-end");
}

try {
  for (const step of [login, graph, info, rename, lists, capture, flow, ignore]) await step();
  seen.complaints = page.complaints;
  seen.foreign = page.foreign;
  console.log(JSON.stringify(seen));
} finally {
  await browser.close();
}
