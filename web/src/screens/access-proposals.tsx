// SPDX-License-Identifier: BSD-3-Clause
// What the provider proposes: read, asked about, accepted with one press, or declined. Nothing of it holds before.

import { useSignal } from "@preact/signals";
import { request } from "../api/http.ts";
import type { ActionAnswer, Page as Paged, Time } from "../api/types.ts";
import { useResource } from "../kit/resource.ts";
import { mayAct } from "../kit/may.ts";
import { now } from "../live/clock.ts";
import { run } from "../shell/actions.ts";
import { ago } from "../text/format.ts";
import { t } from "../text/t.ts";
import { attempt } from "./access-do.ts";
import { toYaml, type Value } from "./settings-model.ts";

interface Proposal {
  id: string;
  kind: "rule" | "profile" | "capture";
  state: "open" | "asked" | "accepted" | "declined" | "expired";
  created: Time;
  author: string;
  decided_by: string | null;
  request: { [key: string]: Value };
  evidence: string;
  question: string | null;
  answer: string | null;
}

const SHOWN = 10;

export function Proposals() {
  const { state, reload } = useResource<Paged<Proposal>>("proposals", [
    "audit",
    "provider",
  ]);
  const items = state.value.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <>
      <h3>{t("proposal.title")}</h3>
      <ul class="rule-cards card">
        {items.slice(0, SHOWN).map((one) => (
          <Row key={one.id} proposal={one} reload={reload} />
        ))}
      </ul>
    </>
  );
}

function Row({ proposal, reload }: { proposal: Proposal; reload: () => void }) {
  const { id, kind, state, evidence, question, answer } = proposal;
  const text = useSignal("");
  const waits = state === "open" || state === "asked";
  const accept = async () => {
    const path = `proposals/${id}:accept`;
    const said = t("proposal.did.accept");
    // A recording is no change of what holds: it has no generation and no way back but to stop it.
    if (kind === "capture") await attempt(() => request("POST", path), said);
    else
      await run(
        null,
        (how) => request<ActionAnswer>("POST", path + how),
        said,
      );
    reload();
  };
  const say = (verb: "ask" | "decline") => {
    const body = text.peek().trim() === "" ? {} : { text: text.peek().trim() };
    void attempt(
      () => request("POST", `proposals/${id}:${verb}`, body),
      t(`proposal.did.${verb}`),
      () => {
        text.value = "";
        reload();
      },
    );
  };
  return (
    <li class={waits ? "" : "off"}>
      <div class="rule-text">
        <span>
          <strong>{t(`proposal.kind.${kind}`)}</strong>{" "}
          <span class={`chip ${waits ? "tone-dns" : ""}`}>
            {t(`proposal.state.${state}`)}
          </span>
        </span>
        <span>{evidence}</span>
        <span class="quiet">
          {t("rules.by", {
            author: proposal.author,
            time: ago(proposal.created, now.value),
          })}
          {proposal.decided_by !== null && <> · {proposal.decided_by}</>}
        </span>
        {question !== null && <span>{t("proposal.question", { text: question })}</span>}
        {answer !== null && <span>{t("proposal.answer", { text: answer })}</span>}
        <details>
          <summary>{t("proposal.what")}</summary>
          <pre class="yaml">{exact(proposal)}</pre>
        </details>
        {waits && mayAct.value && (
          <div class="ask">
            <div class="grow">
              <label for={`say-${id}`}>{t("proposal.text")}</label>
              <input
                id={`say-${id}`}
                maxLength={500}
                autocomplete="off"
                value={text.value}
                onInput={(event) => {
                  text.value = event.currentTarget.value;
                }}
              />
            </div>
            <button type="button" class="primary" onClick={() => void accept()}>
              {t("proposal.accept")}
            </button>
            <button
              type="button"
              class="plain"
              disabled={text.value.trim() === ""}
              onClick={() => say("ask")}
            >
              {t("proposal.ask")}
            </button>
            <button type="button" class="plain" onClick={() => say("decline")}>
              {t("proposal.decline")}
            </button>
          </div>
        )}
      </div>
    </li>
  );
}

// The request that will be made; of a profile its text.
function exact({ request: asked }: Proposal): string {
  const { name, yaml } = asked;
  return typeof yaml === "string" ? `# ${name}\n${yaml}` : toYaml(asked);
}
