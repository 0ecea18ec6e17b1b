// SPDX-License-Identifier: BSD-3-Clause
// Starts the GUI.

import { render } from "preact";
import { startLive } from "./live/store.ts";
import { App } from "./shell/app.tsx";
import { chosenLanguage, startTheme } from "./shell/prefs.ts";
import { startRouting } from "./shell/route.ts";
import { speak } from "./text/t.ts";

startTheme();
startRouting();
await speak(chosenLanguage());
startLive();
const root = document.getElementById("app");
if (root !== null) render(<App />, root);
