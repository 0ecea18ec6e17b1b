// SPDX-License-Identifier: BSD-3-Clause
// Starts the GUI.

import { render } from "preact";
import { Gate } from "./access/gate.tsx";
import { startSession } from "./access/session.ts";
import { App } from "./shell/app.tsx";
import { chosenLanguage, startTheme } from "./shell/prefs.ts";
import { startRouting } from "./shell/route.ts";
import { speak } from "./text/t.ts";

startTheme();
startSession(); // before the routes: a code in the address is no screen
startRouting();
await speak(chosenLanguage());
const root = document.getElementById("app");
if (root !== null)
  render(
    <Gate>
      <App />
    </Gate>,
    root,
  );
