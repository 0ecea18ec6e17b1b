// SPDX-License-Identifier: BSD-3-Clause
// What the Traffic Monitor's later parts say in English: charts, and what the drawer opens.
//
// Shape: as in en.ts; loaded with the screens.

export const enMonitor = {
  "chart.summary": "From {from} to {to}; most at {at}: {most}.",
  "chart.nothing": "Nothing in this time.",
  "chart.table": "The numbers",
  "chart.time": "Time",

  "traffic.title": "Traffic over time",
  "traffic.span": "How far back",
  "traffic.hour": "Hour",
  "traffic.day": "Day",
  "traffic.week": "Week",
  "traffic.month": "Month",
  "traffic.in": "To the home",
  "traffic.out": "From the home",
  "traffic.total": {
    one: "{in} to the home and {out} from it, in {n} conversation.",
    other: "{in} to the home and {out} from it, in {n} conversations.",
  },
} as const satisfies Record<string, string | { one: string; other: string }>;
