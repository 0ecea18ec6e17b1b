// SPDX-License-Identifier: BSD-3-Clause
// The browser test: one gateway and one browser for all files, for a home takes seconds to come alive.
//
// SPIN_WEB_PARTS names a few of them: SPIN_WEB_PARTS=see,tabs npm --prefix tests/web test

import { after, before } from "node:test";
import { launch } from "./browser.mjs";
import { Gateway, until } from "./gateway.mjs";
import * as access from "./access.mjs";
import * as act from "./act.mjs";
import * as captures from "./captures.mjs";
import * as flows from "./flows.mjs";
import * as hands from "./hands.mjs";
import * as integrations from "./integrations.mjs";
import * as live from "./live.mjs";
import * as login from "./login.mjs";
import * as manage from "./manage.mjs";
import * as monitor from "./monitor.mjs";
import * as phone from "./phone.mjs";
import * as provider from "./provider.mjs";
import * as paper from "./paper.mjs";
import * as pages from "./pages.mjs";
import * as recorder from "./recorder.mjs";
import * as screens from "./screens.mjs";
import * as see from "./see.mjs";
import * as story from "./story.mjs";
import * as tables from "./tables.mjs";
import * as tabs from "./tabs.mjs";
import * as told from "./told.mjs";
import * as words from "./words.mjs";

const world = { gateway: new Gateway(), browser: null };

before(async () => {
  await world.gateway.start();
  world.browser = await launch();
  await until(
    "eight devices and five domains in the graph",
    async () => {
      const { nodes } = await world.gateway.graph();
      const devices = nodes.filter((node) => node.kind === "device");
      return devices.length >= 8 && nodes.length - devices.length >= 5;
    },
    60_000,
  );
});

after(async () => {
  await world.browser?.close();
  await world.gateway.stop();
});

const parts = {
  see,
  act,
  monitor,
  screens,
  manage,
  pages,
  captures,
  flows,
  hands,
  integrations,
  access,
  login,
  tables,
  paper,
  words,
  provider,
  phone,
  story,
  tabs,
  told,
  live,
  recorder,
};
const chosen = process.env.SPIN_WEB_PARTS?.split(",") ?? Object.keys(parts);
for (const name of chosen) parts[name].tests(world);
