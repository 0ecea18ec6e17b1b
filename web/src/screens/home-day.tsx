// SPDX-License-Identifier: BSD-3-Clause
// The last day in one picture, by device; the whole of it is on History.

import { useMemo } from "preact/hooks";
import { isProvider } from "../access/provider.ts";
import { Load } from "../kit/load.tsx";
import { now } from "../live/clock.ts";
import { devices } from "../live/store.ts";
import { formatRoute, to } from "../shell/route.ts";
import { t } from "../text/t.ts";
import { moved } from "./history-model.ts";
import { usePast } from "./history-use.tsx";
import { queryOf, viewOf } from "./history-view.ts";
import { namerOf, Stack } from "./history.tsx";

// The past is the household's own.
export function Day() {
  return isProvider.value ? null : <Band />;
}

function Band() {
  const view = useMemo(() => viewOf({ w: "24h" }, now.peek()), []);
  const query = queryOf(view, "&limit=500&series=32");
  const { state, reload } = usePast(query, view.seconds, view.until);
  const called = [...devices.value.values()].map(({ name }) => name).join();
  const namer = useMemo(() => namerOf("device"), [called]);
  return (
    <section aria-labelledby="home-day">
      <h2 id="home-day">{t("home.day")}</h2>
      <Load from={state} reload={reload}>
        {(past) =>
          moved(past.total) === 0 ? (
            <p class="note">{t("home.day.none")}</p>
          ) : (
            <Stack past={past} view={view} query={query} namer={namer} />
          )
        }
      </Load>
      <p>
        <a class="more" href={formatRoute({ ...to("history"), more: { w: "24h" } })}>
          {t("home.day.more")}
        </a>
      </p>
    </section>
  );
}
