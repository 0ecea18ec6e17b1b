// SPDX-License-Identifier: BSD-3-Clause
// What the Traffic Monitor's later parts say in German: charts, and what the drawer opens.

import type { enMonitor } from "./en-monitor.ts";
import type { Catalogue } from "./t.ts";

export const deMonitor: Catalogue<keyof typeof enMonitor> = {
  "chart.summary": "Von {from} bis {to}; am meisten um {at}: {most}.",
  "chart.nothing": "Nichts in dieser Zeit.",
  "chart.table": "Die Zahlen",
  "chart.time": "Zeit",

  "traffic.title": "Verkehr im Lauf der Zeit",
  "traffic.span": "Wie weit zurück",
  "traffic.hour": "Stunde",
  "traffic.day": "Tag",
  "traffic.week": "Woche",
  "traffic.month": "Monat",
  "traffic.in": "Ins Haus",
  "traffic.out": "Aus dem Haus",
  "traffic.total": {
    one: "{in} ins Haus und {out} hinaus, in {n} Gespräch.",
    other: "{in} ins Haus und {out} hinaus, in {n} Gesprächen.",
  },
};
