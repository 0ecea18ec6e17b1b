// SPDX-License-Identifier: BSD-3-Clause
// The parts of the drawer's head: the state in words, where more is told, and why something is not in the graph.

import { mayAct } from "../access/provider.ts";
import type { Destination, Device } from "../api/types.ts";
import { WINDOW_S } from "../live/choice.ts";
import { now } from "../live/clock.ts";
import { Icon } from "../shell/icons.tsx";
import { formatRoute, to, type Route } from "../shell/route.ts";
import { t } from "../text/t.ts";

export function StateChips({
  tone,
  word,
  allowed,
  ignored,
}: {
  tone: string;
  word: string;
  allowed: boolean;
  ignored: boolean;
}) {
  return (
    <p class="chips">
      <span class={`chip tone-${tone}`}>{word}</span>
      {allowed && (
        <span class="chip tone-recent">
          <Icon name="allowed" /> {t("state.allowed")}
        </span>
      )}
      {ignored && (
        <span class="chip">
          <Icon name="ignored" /> {t("state.ignored")}
        </span>
      )}
    </p>
  );
}

// To where more is told: all of one thing, what decides about a pair, a recording of a device.
export function Leads(of: { device?: Device; destination?: Destination }) {
  const { device, destination } = of;
  const only = device && destination ? undefined : (device ?? destination);
  const lead = (where: Route, word: string) => (
    <a class="more" href={formatRoute(where)}>
      {word}
    </a>
  );
  return (
    <p class="leads">
      {only &&
        lead(to(device ? "device" : "destination", only.id), t("page.whole"))}
      {destination &&
        lead(
          {
            ...to("why"),
            more: { device: device?.id ?? "", to: destination.name },
          },
          t("nav.why"),
        )}
      {device &&
        mayAct.value &&
        lead(
          { ...to("captures"), more: { device: device.id } },
          t("nav.captures"),
        )}
    </p>
  );
}

// Why something is not in the graph, where there is a reason to give.
export function Away(props: {
  last: string | null;
  ignored: boolean;
  multicast?: boolean;
}) {
  const silent =
    props.last === null || now.value - Date.parse(props.last) > WINDOW_S * 1000;
  if (props.multicast) return <p class="note">{t("drawer.multicast")}</p>;
  if (props.ignored) return <p class="note">{t("drawer.ignored")}</p>;
  return silent ? <p class="note">{t("drawer.gone")}</p> : null;
}
