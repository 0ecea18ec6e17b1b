// SPDX-License-Identifier: BSD-3-Clause
// What was, once more and faster: the window moves on by itself until it reaches the present.

import { signal } from "@preact/signals";
import { choice, choose, frozen } from "../live/choice.ts";
import { serverNow } from "../live/clock.ts";
import { Icon } from "../shell/icons.tsx";
import { t } from "../text/t.ts";
import { grained, replayed, SPEEDS } from "./brush-model.ts";

const TICK_MS = 1000;

export const playing = signal(false);
const speed = signal<number>(10);

let timer: ReturnType<typeof setInterval> | undefined;
// As exact as time passes; what is asked for goes in the grain of the history.
let at = 0;
let last = 0;

export function stopReplay(): void {
  clearInterval(timer);
  playing.value = false;
}

// Live has nothing to replay: it begins one window ago.
function play(): void {
  const { at: shown, window } = choice.peek();
  at = shown ?? serverNow() - window * 1000;
  last = performance.now();
  frozen.value = false;
  playing.value = true;
  clearInterval(timer);
  timer = setInterval(tick, TICK_MS);
  choose({ at: grained(at) });
}

function tick(): void {
  if (choice.peek().at === null) return stopReplay(); // another screen, or Live
  const time = performance.now();
  const next = replayed(at, speed.peek(), time - last, serverNow());
  last = time;
  if (next === null) {
    stopReplay();
    choose({ at: null });
    return;
  }
  at = next;
  if (grained(at) !== choice.peek().at) choose({ at: grained(at) });
}

export function Replay() {
  return (
    <>
      <button
        type="button"
        class="plain"
        aria-pressed={playing.value}
        onClick={() => (playing.peek() ? stopReplay() : play())}
      >
        <Icon name={playing.value ? "pause" : "play"} />
        {t(playing.value ? "brush.stop" : "brush.replay")}
      </button>
      <select
        class="choice"
        aria-label={t("brush.speed")}
        value={String(speed.value)}
        onChange={(event) => {
          speed.value = Number(event.currentTarget.value);
        }}
      >
        {SPEEDS.map((one) => (
          <option key={one} value={String(one)} selected={one === speed.value}>
            {`${one}×`}
          </option>
        ))}
      </select>
    </>
  );
}
