// SPDX-License-Identifier: BSD-3-Clause
// Traffic over time of what the drawer shows: in and out, upon each other, of the last hour to the last month.

import { signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { isProvider } from "../access/provider.ts";
import { get } from "../api/http.ts";
import type { Subject } from "../api/act.ts";
import type { History, HistoryPoint } from "../api/types.ts";
import { Chart } from "../kit/chart.tsx";
import type { Series } from "../kit/chart-model.ts";
import { serverNow } from "../live/clock.ts";
import { explain } from "../text/explain.ts";
import { bytes } from "../text/format.ts";
import { t } from "../text/t.ts";

const SPANS = { hour: 3600, day: 86_400, week: 604_800, month: 2_678_400 };
type Span = keyof typeof SPANS;
const spans = Object.keys(SPANS) as Span[];
const AGAIN_MS = 10_000;

const span = signal<Span>("hour");

export function historyOf(subject: Subject, seconds: number): string {
  const query = new URLSearchParams({
    from: new Date(serverNow() - seconds * 1000).toISOString(),
    limit: "1",
  });
  if (subject.kind !== "destination") query.set("device", subject.device);
  if (subject.kind !== "device") query.set("destination", subject.destination);
  return `history?${query}`;
}

// What is counted is written with a delay of this: a nought that is newer is not known yet.
const WRITING_S = 45;
// A span that is not over tells its rate when so much of it is.
const ENOUGH_S = 120;

export function seriesOf({ points, step, to }: History, now: number): {
  times: number[];
  series: Series[];
} {
  const end = Math.min(Date.parse(to), now) / 1000;
  const gone = (point: HistoryPoint) =>
    Math.min(step, end - Date.parse(point.time) / 1000);
  const told = points.filter((one) => gone(one) >= Math.min(step, ENOUGH_S));
  const isEmpty = (one: HistoryPoint) => one.packets_in + one.packets_out === 0;
  while (told.length > 1 && isEmpty(told.at(-1)!) && isNew(told.at(-1)!, end))
    told.pop();
  const rates = (of: "bytes_in" | "bytes_out") =>
    told.map((one) => one[of] / gone(one));
  return {
    times: told.map((one) => Date.parse(one.time)),
    series: [
      { label: t("traffic.in"), tone: "older", values: rates("bytes_in") },
      { label: t("traffic.out"), tone: "recent", values: rates("bytes_out") },
    ],
  };
}

function isNew({ time }: HistoryPoint, end: number): boolean {
  return end - Date.parse(time) / 1000 < WRITING_S;
}

// The past is the household's own.
export function Traffic({ subject }: { subject: Subject }) {
  return isProvider.value ? null : <Past subject={subject} />;
}

function Past({ subject }: { subject: Subject }) {
  const answer = useMemo(() => signal<History | null>(null), []);
  const error = useMemo(() => signal<unknown>(null), []);
  const chosen = span.value;
  useEffect(() => {
    let over = false;
    const ask = async () => {
      if (document.visibilityState === "hidden") return;
      try {
        const next = await get<History>(historyOf(subject, SPANS[chosen]));
        if (over) return;
        answer.value = next;
        error.value = null;
      } catch (why) {
        if (!over) error.value = why;
      }
    };
    void ask();
    const timer = setInterval(() => void ask(), AGAIN_MS);
    return () => {
      over = true;
      clearInterval(timer);
    };
  }, [chosen]);
  const { times, series } = useMemo(
    () => (answer.value === null ? EMPTY : seriesOf(answer.value, serverNow())),
    [answer.value],
  );
  const { total } = answer.value ?? {};
  return (
    <section class="panel">
      <h3>{t("traffic.title")}</h3>
      <div class="segments small" role="group" aria-label={t("traffic.span")}>
        {spans.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={one === chosen}
            onClick={() => {
              span.value = one;
            }}
          >
            {t(`traffic.span.${one}`)}
          </button>
        ))}
      </div>
      {error.value !== null && (
        <p class="note" role="alert">
          {explain(error.value).what} {explain(error.value).hint}
        </p>
      )}
      <Chart
        label={t("traffic.title")}
        unit="rate"
        stacked
        times={times}
        series={series}
      />
      {total !== undefined && (
        <p class="quiet">
          {t("traffic.total", {
            in: bytes(total.bytes_in),
            out: bytes(total.bytes_out),
            n: total.flows,
          })}
        </p>
      )}
    </section>
  );
}

const EMPTY = { times: [] as number[], series: [] as Series[] };
