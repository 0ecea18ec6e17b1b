// SPDX-License-Identifier: BSD-3-Clause
// The other ways out and in: notifications by mail, webhook or command, and the lists that are fetched.

import type { Page as Paged, Time } from "../api/types.ts";
import { useResource } from "../kit/resource.ts";
import { Load } from "../kit/load.tsx";
import { now } from "../live/clock.ts";
import { Icon } from "../shell/icons.tsx";
import { formatRoute, to } from "../shell/route.ts";
import { ago } from "../text/format.ts";
import { t } from "../text/t.ts";
import { TestButton } from "./integrations.tsx";
import type { List } from "./lists-change.ts";

interface Delivery {
  name: string;
  way: string;
  target: string;
  queued: number;
  sent: number;
  lost: number;
  last_success: Time | null;
  error: string | null;
}

export function Deliveries() {
  const { state, reload } = useResource<Paged<Delivery>>(
    "notifications/deliveries",
    ["notification"],
  );
  return (
    <section aria-labelledby="deliveries">
      <h2 id="deliveries">{t("integrations.told")}</h2>
      <Load from={state} reload={reload}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="note">{t("integrations.told.none")}</p>
          ) : (
            <ul class="rule-cards card">
              {items.map((one) => (
                <Row key={one.name} one={one} reload={reload} />
              ))}
            </ul>
          )
        }
      </Load>
    </section>
  );
}

function Row({ one, reload }: { one: Delivery; reload: () => void }) {
  const words = [
    `${one.way}: ${one.target}`,
    one.last_success === null
      ? ""
      : t("integrations.contact", { time: ago(one.last_success, now.value) }),
    t("integrations.sent", { n: one.sent }),
    one.queued > 0 ? t("integrations.waiting", { n: one.queued }) : "",
    one.lost > 0 ? t("captures.lost", { n: one.lost }) : "",
  ];
  return (
    <li>
      <span class="rule-icon">
        <Icon name={one.error === null ? "leave" : "warn"} />
      </span>
      <span class="rule-text">
        <strong>{one.name}</strong>
        <span class="quiet far">{words.filter((word) => word !== "").join(" · ")}</span>
        {one.error !== null && <span class="problem">{one.error}</span>}
      </span>
      <TestButton
        name={one.name}
        path="notifications:test"
        body={{ delivery: one.name }}
        reload={reload}
      />
    </li>
  );
}

export function ListsLine() {
  const { state } = useResource<Paged<List>>("lists");
  const items = state.value.data?.items ?? [];
  const newest = items.reduce<Time | null>(
    (last, { fetched }) => (fetched !== null && (last === null || fetched > last) ? fetched : last),
    null,
  );
  if (items.length === 0) return null;
  const wrong = items.filter(({ error }) => error !== null).length;
  return (
    <p class="quiet">
      <a href={formatRoute(to("lists"))}>{t("integrations.lists", { n: items.length })}</a>
      {newest !== null && <> · {t("lists.fetched", { time: ago(newest, now.value) })}</>}
      {wrong > 0 && <> · {t("integrations.wrong", { n: wrong })}</>}
    </p>
  );
}
