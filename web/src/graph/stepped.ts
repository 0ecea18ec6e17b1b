// SPDX-License-Identifier: BSD-3-Clause
// Stands in for d3-timer and d3-dispatch, a kilobyte of the first load: our layout steps by hand, and nobody listens.

export const timer = () => ({ stop() {}, restart() {} });

export const dispatch = () => ({ call() {}, on() {} });
