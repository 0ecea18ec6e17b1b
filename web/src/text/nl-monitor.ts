// SPDX-License-Identifier: BSD-3-Clause
// What the Traffic Monitor's later parts say in Dutch: charts, and what the drawer opens.

import type { enMonitor } from "./en-monitor.ts";
import type { Catalogue } from "./t.ts";

export const nlMonitor: Catalogue<keyof typeof enMonitor> = {
  "chart.summary": "Van {from} tot {to}; het meest om {at}: {most}.",
  "chart.nothing": "Niets in deze tijd.",
  "chart.table": "De getallen",
  "chart.time": "Tijd",

  "traffic.title": "Verkeer in de tijd",
  "traffic.span": "Hoe ver terug",
  "traffic.hour": "Uur",
  "traffic.day": "Dag",
  "traffic.week": "Week",
  "traffic.month": "Maand",
  "traffic.in": "Naar het huis",
  "traffic.out": "Uit het huis",
  "traffic.total": {
    one: "{in} naar het huis en {out} eruit, in {n} gesprek.",
    other: "{in} naar het huis en {out} eruit, in {n} gesprekken.",
  },
};
