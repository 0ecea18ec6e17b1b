// SPDX-License-Identifier: BSD-3-Clause
// All that is not in the first picture, as one script: a fifth smaller, compressed, than one for each screen, which
// share most of their words; and whoever opened one screen waits for no other.

export * as access from "./access.tsx";
export * as alerts from "./alerts.tsx";
export * as attention from "./attention.tsx";
export * as captures from "./captures.tsx";
export * as destination from "./destination.tsx";
export * as destinations from "./destinations.tsx";
export * as device from "./device.tsx";
export * as devices from "./devices.tsx";
export * as drawer from "../drawer/drawer.tsx";
export * as flows from "./flows.tsx";
export * as health from "./health.tsx";
export * as help from "./help.tsx";
export * as history from "./history.tsx";
export * as home from "./home.tsx";
export * as integrations from "./integrations.tsx";
export * as lists from "./lists.tsx";
export * as privacy from "./privacy.tsx";
export * as profiles from "./profiles.tsx";
export * as rules from "./rules.tsx";
export * as settings from "./settings.tsx";
export * as why from "./why.tsx";
export * as coverage from "../shell/coverage-panel.tsx";
export * as brush from "../graph/brush.tsx";
export * as choices from "../graph/choices.tsx";
export * as folded from "../graph/folded.tsx";
export * as several from "../graph/several.tsx";
export * as table from "../table/table-view.tsx";
export * as welcome from "./welcome.tsx";
