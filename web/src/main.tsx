// SPDX-License-Identifier: BSD-3-Clause
// Starts the GUI.

import { render } from "preact";
import { startLive } from "./live/store.ts";
import { App } from "./shell/app.tsx";
import { startTheme } from "./shell/prefs.ts";
import { startRouting } from "./shell/route.ts";

startTheme();
startRouting();
startLive();
const root = document.getElementById("app");
if (root !== null) render(<App />, root);
