// SPDX-License-Identifier: BSD-3-Clause
// Why?: a device and a name or an address, and the chain from what was looked up to the verdict; and the way out.

import { addRule } from "../api/act.ts";
import type { Explanation, ExplanationStep, Id } from "../api/types.ts";
import { About } from "../kit/about.tsx";
import { DeviceOptions } from "../kit/device-options.tsx";
import { Load } from "../kit/load.tsx";
import { Page } from "../kit/page.tsx";
import { useResource } from "../kit/resource.ts";
import { run } from "../shell/actions.ts";
import { Icon, type IconName } from "../shell/icons.tsx";
import { keep, route } from "../shell/route.ts";
import { known, t } from "../text/t.ts";

const SOON_MS = 10 * 60_000;

export function Screen() {
  const { device = "", to = "" } = route.value.more;
  const path =
    device === "" || to === ""
      ? null
      : `explain?device=${encodeURIComponent(device)}&to=${encodeURIComponent(to)}`;
  const { state, reload } = useResource<Explanation>(path, ["rule"]);
  return (
    <Page lead={t("why.lead")}>
      <Ask device={device} to={to} />
      {path !== null && (
        <Load from={state} reload={reload}>
          {(answer) => <Answer answer={answer} />}
        </Load>
      )}
    </Page>
  );
}

function Ask({ device, to }: { device: Id; to: string }) {
  return (
    <form
      class="ask card"
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        keep({
          device: String(form.get("device")),
          to: String(form.get("to")).trim(),
        });
      }}
    >
      <div>
        <label for="why-device">{t("flows.device")}</label>
        <select id="why-device" name="device" required>
          <DeviceOptions chosen={device} />
        </select>
      </div>
      <div class="grow">
        <label for="why-to">{t("why.to")}</label>
        <input
          id="why-to"
          name="to"
          required
          maxLength={200}
          autocomplete="off"
          spellcheck={false}
          placeholder={t("why.example")}
          defaultValue={to}
        />
      </div>
      <button type="submit" class="primary">
        {t("why.ask")}
      </button>
    </form>
  );
}

const icons: Record<string, IconName> = {
  names: "search",
  resolver: "search",
  safety: "lock",
  rule: "rename",
  profile_rule: "rename",
  list: "table",
  default: "home",
};

function Answer({ answer }: { answer: Explanation }) {
  const stopped = answer.verdict === "drop";
  return (
    <section aria-live="polite">
      <div class={`verdict card tone-${stopped ? "blocked" : "recent"}`}>
        <Icon name={stopped ? "blocked" : "allowed"} class="big" />
        <div>
          <h2>
            {t(stopped ? "why.stopped" : "why.passes")}{" "}
            <About
              mark
              sort="reason"
              thing={answer.reason}
              name={known("reason", answer.reason)}
            />
          </h2>
          {stopped && <p>{answer.text}</p>}
          {!answer.in_force && <p class="quiet">{t("why.waits")}</p>}
        </div>
        <Ways answer={answer} />
      </div>
      <h2>{t("why.chain")}</h2>
      <ol class="chain card">
        {answer.steps.map((step, i) => (
          <Step key={i} step={step} />
        ))}
      </ol>
    </section>
  );
}

function Step({
  step,
}: {
  step: ExplanationStep;
}) {
  return (
    <li class={step.decides ? "decides" : undefined}>
      <span class="rule-icon">
        <Icon name={icons[step.kind] ?? "chevron"} />
      </span>
      <span class="rule-text">
        <span>{step.text}</span>
        {step.decides && <span class="quiet">{t("why.decides")}</span>}
      </span>
    </li>
  );
}

// What stops is opened for ten minutes or for good; what passes can be stopped.
function Ways({ answer }: { answer: Explanation }) {
  const { name, address } = answer.to;
  if (name === null && address === null) return null;
  const object = name !== null ? { domain: name } : { address };
  const rule = { subject: { device: answer.device.id }, object };
  const what = name ?? address ?? "";
  const add = (action: string, said: string, more = {}) =>
    void run(
      { kind: "device", device: answer.device.id },
      (how) => addRule({ ...rule, action, ...more }, how),
      said,
    );
  if (answer.verdict === "forward")
    return (
      <button
        type="button"
        class="plain"
        onClick={() => add("block", t("did.block", { name: what }))}
      >
        {t("action.block")}
      </button>
    );
  return (
    <div class="word-answers">
      <button
        type="button"
        class="primary"
        onClick={() =>
          add("allow", t("why.soon.did", { name: what }), {
            until: new Date(Date.now() + SOON_MS).toISOString(),
          })
        }
      >
        {t("why.soon")}
      </button>
      <button
        type="button"
        class="plain"
        onClick={() => add("allow", t("did.allow", { name: what }))}
      >
        {t("why.good")}
      </button>
    </div>
  );
}
