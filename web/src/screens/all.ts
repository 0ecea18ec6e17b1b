// SPDX-License-Identifier: BSD-3-Clause
// All that is not in the first picture, as one script: a fifth smaller, compressed, than one for each screen, which
// share most of their words; and whoever opened one screen waits for no other.
//
// Shape: those that say alike things are near each other, as compression looks back 32 kB: 1,100 bytes less than by
// alphabet, found by trying. A new one goes beside what it resembles.

// The screens use most of what the first picture is made of: with all of it within reach of them, the bundler makes one
// script of it rather than two.
import "../main.tsx";

export { Screen as history } from "./history.tsx";
export { Screen as brush } from "../graph/brush.tsx";
export { Screen as several } from "../graph/several.tsx";
export { Screen as folded } from "../graph/folded.tsx";
export { Screen as table } from "../table/table-view.tsx";
export { Screen as attention } from "./attention.tsx";
export { Screen as destination } from "./destination.tsx";
export { Screen as devices } from "./devices.tsx";
export { Screen as device } from "./device.tsx";
export { Screen as home } from "./home.tsx";
export { Screen as drawer } from "../drawer/drawer.tsx";
export { Screen as privacy } from "./privacy.tsx";
export { Screen as coverage } from "../shell/coverage-panel.tsx";
export { Screen as profiles } from "./profiles.tsx";
export { Screen as alerts } from "./alerts.tsx";
export { Screen as health } from "./health.tsx";
export { Screen as flows } from "./flows.tsx";
export { Screen as settings } from "./settings.tsx";
export { Screen as integrations } from "./integrations.tsx";
export { Screen as lists } from "./lists.tsx";
export { Screen as captures } from "./captures.tsx";
export { Screen as why } from "./why.tsx";
export { Screen as choices } from "../graph/choices.tsx";
export { Screen as rules } from "./rules.tsx";
export { Screen as help } from "./help.tsx";
export { Screen as welcome } from "./welcome.tsx";
export { Screen as destinations } from "./destinations.tsx";
export { Screen as access } from "./access.tsx";
