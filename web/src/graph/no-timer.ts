// SPDX-License-Identifier: BSD-3-Clause
// In place of d3-timer and d3-dispatch: the layout is solved to its end at once (layout.ts), so d3-force never runs by
// a clock and tells nobody of its steps. The build puts this in their place: a kilobyte less, compressed.

export const timer = () => ({ stop() {}, restart() {} });
export const dispatch = () => ({ call() {}, on() {} });
