// SPDX-License-Identifier: BSD-3-Clause
// The time under the graph: how much was said when, the window that is shown, a drag to another, and replay.

import { signal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { get } from "../api/http.ts";
import type { History } from "../api/types.ts";
import { pointTime } from "../kit/chart-model.ts";
import { choice, choose, frozen } from "../live/choice.ts";
import { now } from "../live/clock.ts";
import { Icon } from "../shell/icons.tsx";
import { explain } from "../text/explain.ts";
import { rate } from "../text/format.ts";
import { t } from "../text/t.ts";
import {
  askedOf,
  endAt,
  outline,
  place,
  spanOf,
  stepOf,
  stepped,
  timeAt,
  type Span,
} from "./brush-model.ts";
import { Replay, stopReplay } from "./replay.tsx";

const past = signal<History | null>(null);
const error = signal<unknown>(null);
// Where a hand holds the end of the window, before it lets go; undefined: no hand.
const held = signal<number | null | undefined>(undefined);

export function Screen() {
  const { window, at } = choice.value;
  const shownAt = held.value === undefined ? at : held.value;
  const span = spanOf(window, at, now.value);
  useAsk(span);
  const answer = past.value;
  const drawn = useMemo(
    () => (answer === null ? null : outline(answer, span)),
    [answer, span.from, span.to],
  );
  const live = shownAt === null && !frozen.value;
  return (
    <section class="brush" aria-label={t("chart.time")}>
      <Strip
        span={span}
        at={shownAt}
        window={window}
        path={drawn?.path ?? ""}
      />
      <div class="brush-tools">
        <button
          type="button"
          class="plain live"
          aria-pressed={live}
          onClick={goLive}
        >
          {t("brush.live")}
        </button>
        <button
          type="button"
          class="plain"
          aria-pressed={frozen.value}
          onClick={() => {
            stopReplay();
            frozen.value = !frozen.peek();
          }}
        >
          <Icon name="pause" />
          {t("brush.freeze")}
        </button>
        <Replay />
        <p class="brush-time">
          {words(shownAt, window, live)}
          {drawn !== null && drawn.most > 0 && (
            <span class="quiet"> {t("brush.most", { most: rate(drawn.most) })}</span>
          )}
          {error.value !== null && (
            <span role="alert"> {explain(error.value).what}</span>
          )}
        </p>
      </div>
    </section>
  );
}

function goLive(): void {
  stopReplay();
  frozen.value = false;
  choose({ at: null });
}

function words(at: number | null, window: number, live: boolean): string {
  if (live) return t(`brush.now.${window as 60}`);
  if (at === null) return t("brush.frozen");
  const said = (time: number) => pointTime(time, window * 1000);
  return t("brush.was", { from: said(at - window * 1000), to: said(at) });
}

function useAsk(span: Span): void {
  const { path, every } = askedOf(span);
  useEffect(() => {
    let over = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      try {
        if (document.visibilityState === "visible") {
          const answer = await get<History>(path);
          if (over) return;
          past.value = answer;
          error.value = null;
        }
      } catch (why) {
        if (!over) error.value = why;
      }
      if (!over) timer = setTimeout(() => void ask(), every);
    };
    void ask();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [path.replace(/from=[^&]*/, ""), Math.round(span.from / every / 6)]);
}

function Strip(props: {
  span: Span;
  at: number | null;
  window: number;
  path: string;
}) {
  const { span, at, window, path } = props;
  const strip = useRef<HTMLDivElement>(null);
  const hold = useRef<Hold | null>(null);
  const end = at ?? span.to;
  const left = place(span, end - window * 1000) * 100;
  const right = place(span, end) * 100;

  const timeOf = (event: PointerEvent) => {
    const box = strip.current?.getBoundingClientRect();
    if (box === undefined || box.width === 0) return span.to;
    return timeAt(span, (event.clientX - box.left) / box.width);
  };
  // On the window it is moved; beside it the window comes there.
  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    strip.current?.setPointerCapture(event.pointerId);
    stopReplay();
    const time = timeOf(event);
    const inside = time <= end && time >= end - window * 1000;
    hold.current = { off: inside ? end - time : window * 500, span, sent: 0 };
    move(event);
  };
  const move = (event: PointerEvent) => {
    const by = hold.current;
    if (by === null) return;
    const next = endAt(timeOf(event) + by.off, by.span, window);
    held.value = next;
    if (performance.now() - by.sent < SEND_MS) return;
    by.sent = performance.now();
    show(next);
  };
  const up = () => {
    if (hold.current === null) return;
    hold.current = null;
    const next = held.peek();
    held.value = undefined;
    if (next !== undefined) show(next);
  };
  const key = (event: KeyboardEvent) => {
    const step = stepOf(event.key);
    if (step === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    stopReplay();
    show(stepped(step, at, span, window));
  };
  return (
    <div
      ref={strip}
      class="brush-strip"
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={up}
    >
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
        <path class="brush-area" d={path} />
        <rect
          class="brush-window"
          x={left.toFixed(3)}
          width={Math.max(0.3, right - left).toFixed(3)}
          y="0"
          height="100"
        />
      </svg>
      <div
        class="brush-thumb"
        role="slider"
        tabIndex={0}
        aria-label={t("brush.slider")}
        aria-valuemin={Math.round(span.from / 1000)}
        aria-valuemax={Math.round(span.to / 1000)}
        aria-valuenow={Math.round(end / 1000)}
        aria-valuetext={words(at, window, at === null)}
        onKeyDown={key}
      />
      <Ticks span={span} />
    </div>
  );
}

const SEND_MS = 250;

interface Hold {
  // From the hand to the end of the window.
  off: number;
  // The strip stays as it is while a hand is on it.
  span: Span;
  sent: number;
}

function show(at: number | null): void {
  if (at !== null) frozen.value = false;
  if (at !== choice.peek().at) choose({ at });
}

const TICKS = [0, 0.25, 0.5, 0.75];

function Ticks({ span }: { span: Span }) {
  const length = span.to - span.from;
  return (
    <div class="brush-ticks" aria-hidden="true">
      {TICKS.map((share) => (
        <span key={share}>
          {pointTime(timeAt(span, share), Math.max(length, 3_700_000))}
        </span>
      ))}
    </div>
  );
}
