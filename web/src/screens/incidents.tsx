// SPDX-License-Identifier: BSD-3-Clause
// Attacks that a provider reported: what came, what was found here, how long it is contained; decided and taken back.

import { mayAct } from "../access/provider.ts";
import { request } from "../api/http.ts";
import type { Page, Time } from "../api/types.ts";
import { isAdmin } from "../kit/may.ts";
import { useResource } from "../kit/resource.ts";
import { now } from "../live/clock.ts";
import { devices } from "../live/store.ts";
import { Icon } from "../shell/icons.tsx";
import { openSubject } from "../shell/route.ts";
import { refuse, toast } from "../shell/toasts.ts";
import { ago, bytes, moment } from "../text/format.ts";
import { known, t, type Key } from "../text/t.ts";

interface Incident {
  id: string;
  state: string;
  author: string;
  target: string;
  evidence: string | null;
  received: Time;
  until: Time;
  past: boolean;
  found: { devices: number; flows: number; bytes: number };
  matches: { device: string; name: string | null }[] | null;
}

type Word = "contain" | "dismiss" | "withdraw";

export function Incidents() {
  const { state, reload } = useResource<Page<Incident>>("incidents", [
    "notification",
    "rule",
    "audit",
  ]);
  const items = state.value.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <section aria-labelledby="incidents">
      <h2 id="incidents">{t("incident.title")}</h2>
      <ul class="rule-cards card">
        {items.map((one) => (
          <Row key={one.id} one={one} reload={reload} />
        ))}
      </ul>
    </section>
  );
}

function Row({ one, reload }: { one: Incident; reload: () => void }) {
  const { state, author, target, evidence, received, until, found, matches } = one;
  const contained = state === "contained";
  const open = ["informed", "waiting", "contained"].includes(state);
  return (
    <li>
      <span class="rule-icon">
        <Icon name="warn" />
      </span>
      <div class="rule-text">
        <span>
          {t("incident.what", { target, author })}{" "}
          <span class={`chip ${contained ? "tone-blocked" : open ? "tone-dns" : ""}`}>
            {known("incident.state", state)}
          </span>
        </span>
        <span class="quiet">
          {ago(received, now.value)} ·{" "}
          {found.devices === 0
            ? t("incident.found.none")
            : t("incident.found", {
                n: found.devices,
                flows: found.flows,
                bytes: bytes(found.bytes),
              })}
          {contained && <> · {t("incident.until", { time: moment(until) })}</>}
        </span>
        {evidence !== null && <span class="quiet">{evidence}</span>}
        <span>
          {matches?.map(({ device, name }) => (
            <button
              key={device}
              type="button"
              class="link-button"
              onClick={() => openSubject({ kind: "device", device })}
            >
              {devices.value.get(device)?.name ?? name ?? device}
            </button>
          ))}
        </span>
      </div>
      {mayAct.value && !contained && state !== "withdrawn" && found.devices > 0 && (
        <Decide one={one} word="contain" reload={reload} />
      )}
      {mayAct.value && open && <Decide one={one} word="dismiss" reload={reload} />}
      {isAdmin.value && state !== "withdrawn" && (
        <Decide one={one} word="withdraw" reload={reload} />
      )}
    </li>
  );
}

const actions: Record<Word, Key> = {
  contain: "alerts.action.contain",
  dismiss: "alerts.action.release",
  withdraw: "incident.withdraw",
};

function Decide({ one, word, reload }: { one: Incident; word: Word; reload: () => void }) {
  const action = t(actions[word]);
  return (
    <button
      type="button"
      class="plain"
      aria-label={t("action.of", { action, name: one.target })}
      onClick={() => (word === "withdraw" ? ask : decide)(one, word, reload)}
    >
      {action}
    </button>
  );
}

// What is withdrawn stays so.
function ask(one: Incident, word: Word, reload: () => void): void {
  toast({
    tone: "question",
    text: t("incident.ask", { target: one.target }),
    choice: {
      yes: t(actions[word]),
      no: t("action.cancel"),
      act: () => void decide(one, word, reload),
    },
  });
}

// What is contained can be released, and the other way round: each is the other's way back.
async function decide(one: Incident, word: Word, reload: () => void): Promise<void> {
  const { id, target, state } = one;
  const back =
    word === "contain"
      ? "dismiss"
      : word === "dismiss" && state === "contained"
        ? "contain"
        : null;
  try {
    const { body } = await (word === "withdraw"
      ? request<Incident>("DELETE", `incidents/${id}`)
      : request<Incident>("POST", `incidents/${id}:${word}`));
    toast({
      tone: "done",
      text: t(`incident.did.${word === "contain" ? word : "dismiss"}`, { target }),
      undo: back && (() => void decide(body, back, reload)),
    });
  } catch (error) {
    refuse(error);
  }
  reload();
}
