// SPDX-License-Identifier: BSD-3-Clause
// Help in Dutch, each text by its name: those of screens have the screen's.

export { default as access } from "./access.md";
export { default as alerts } from "./alerts.md";
export { default as blocked } from "./blocked.md";
export { default as captures } from "./captures.md";
export { default as destination } from "./destination.md";
export { default as destinations } from "./destinations.md";
export { default as device } from "./device.md";
export { default as devices } from "./devices.md";
export { default as flows } from "./flows.md";
export { default as glossary } from "./glossary.md";
export { default as health } from "./health.md";
export { default as history } from "./history.md";
export { default as home } from "./home.md";
export { default as integrations } from "./integrations.md";
export { default as keyboard } from "./keyboard.md";
export { default as lists } from "./lists.md";
export { default as monitor } from "./monitor.md";
export { default as privacy } from "./privacy.md";
export { default as profiles } from "./profiles.md";
export { default as rules } from "./rules.md";
export { default as settings } from "./settings.md";
export { default as setup } from "./setup.md";
export { default as start } from "./start.md";
export { default as trouble } from "./trouble.md";
export { default as why } from "./why.md";
