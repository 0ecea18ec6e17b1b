// SPDX-License-Identifier: BSD-3-Clause
// Starts the GUI.

import { render } from "preact";
import { Gate } from "./access/gate.tsx";
import { startSession } from "./access/session.ts";
import { App } from "./shell/app.tsx";
import { startFocus } from "./shell/keep-focus.ts";
import { startOnce } from "./shell/once.ts";
import { startTheme } from "./shell/prefs.ts";
import { startRouting } from "./shell/route.ts";
import { chosenLanguage } from "./text/language.ts";
import { speak } from "./text/t.ts";

startTheme();
startSession(); // before the routes: a code in the address is no screen
startRouting();
startOnce();
startFocus();
const root = document.getElementById("app")!;
try {
  await speak(chosenLanguage());
  render(
    <Gate>
      <App />
    </Gate>,
    root,
  );
} catch {
  // The one sentence that no catalogue holds: none came.
  root.textContent = "The gateway does not answer. Load this page again.";
}
