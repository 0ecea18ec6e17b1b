// SPDX-License-Identifier: BSD-3-Clause
// What JSX becomes, put into every script by ../build.mjs.

export { Fragment, h } from "preact";
