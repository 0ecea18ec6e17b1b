// SPDX-License-Identifier: BSD-3-Clause
// Put before every test by test.mjs: tests read the GUI in English, as a browser does that has fetched it.

import { speak, speakOfScreens } from "../src/text/t.ts";

await speak("en");
await speakOfScreens();
