// SPDX-License-Identifier: BSD-3-Clause
// The machine itself: how busy its cores are, and whether it is fit for a gateway.

import type { FullHealth } from "../api/system-types.ts";
import { useResource } from "../kit/resource.ts";
import { count } from "../text/format.ts";
import { t } from "../text/t.ts";
import { Checks, Figure } from "./health.tsx";

interface MachineCheck {
  check: string;
  state: "ok" | "warn" | "fail";
  // What it is about: a number, or the name of a port; can be empty.
  found: string;
  text: string;
  hint: string | null;
}

const percent = (value: number | null) => (value === null ? "–" : `${count(value)} %`);

export function Machine({ cpu }: { cpu: FullHealth["cpu"] }) {
  const { items } = useResource<{ items: MachineCheck[] }>("health/checks").state.value.data ?? { items: [] };
  return (
    <section aria-labelledby="health-machine">
      <h2 id="health-machine">{t("health.machine")}</h2>
      <dl class="figures card pad">
        {cpu.cores.map((core) => (
          <Figure key={core.core} term={t("health.core", { n: core.core })}>
            {percent(core.busy_percent)}
            {core.workers.map(({ worker, busy_percent }) => (
              <span key={worker} class="quiet below-name">
                {t("health.worker", { busy: percent(busy_percent) })}
              </span>
            ))}
          </Figure>
        ))}
      </dl>
      <p class="below">{cpu.note}</p>
      <Checks
        list={items.map(({ check, state, found, text, hint }) => ({
          key: check + found,
          ok: state === "ok",
          mild: state === "warn",
          said: text,
          why: [found, hint].filter(Boolean).join(" · "),
        }))}
      />
    </section>
  );
}
