// SPDX-License-Identifier: BSD-3-Clause
// Block, allow, ignore, rename: four buttons that each say what they will do now, and the gateway's answer below.

import { useEffect, useRef, useState } from "preact/hooks";
import { mayAct } from "../access/provider.ts";
import { opposite, type Subject } from "../api/act.ts";
import type { RuleAction } from "../api/types.ts";
import { perform, proofs, rename } from "../shell/actions.ts";
import { Icon, type IconName } from "../shell/icons.tsx";
import { renaming, subjectKey } from "../shell/route.ts";
import { t, type Key } from "../text/t.ts";

export interface Flags {
  blocked: boolean;
  allowed: boolean;
  ignored: boolean;
}

const buttons: {
  action: RuleAction;
  flag: keyof Flags;
  icon: IconName;
  off: IconName;
}[] = [
  { action: "block", flag: "blocked", icon: "blocked", off: "undo" },
  { action: "allow", flag: "allowed", icon: "allowed", off: "undo" },
  { action: "ignore", flag: "ignored", icon: "ignored", off: "eye" },
];

export function ActionButtons(props: {
  subject: Subject;
  flags: Flags;
  name: string;
  renamable?: boolean;
}) {
  const { subject, flags, name, renamable } = props;
  const key = subjectKey(subject);
  const [editing, setEditing] = useState(renaming.peek() === key);
  const asking = proofs.value.get(key)?.state === "asking";
  const opener = useRef<HTMLButtonElement>(null);
  const close = () => {
    setEditing(false);
    opener.current?.focus();
  };
  if (!mayAct.value) return null;
  return (
    <>
      <div class="actions" role="group" aria-label={t("table.actions")}>
        {buttons.map(({ action, flag, icon, off }) => {
          const on = flags[flag];
          const verb = on ? opposite(action) : action;
          return (
            <button
              key={action}
              type="button"
              class={`action action-${action}${on ? " on" : ""}`}
              aria-disabled={asking}
              onClick={() => !asking && void perform(subject, verb)}
            >
              <Icon name={on ? off : icon} />
              <span>{t(`action.${verb}` as Key)}</span>
            </button>
          );
        })}
        {renamable && (
          <button
            ref={opener}
            type="button"
            class="action"
            aria-expanded={editing}
            onClick={() => setEditing(!editing)}
          >
            <Icon name="rename" />
            <span>{t("action.rename")}</span>
          </button>
        )}
      </div>
      {editing && <RenameForm subject={subject} name={name} close={close} />}
    </>
  );
}

const NAME_MAX = 64;

function nameProblem(name: string): string {
  if ([...name].length > NAME_MAX) return t("rename.toolong");
  return /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(name) ? t("rename.control") : "";
}

function RenameForm({
  subject,
  name,
  close,
}: {
  subject: Subject;
  name: string;
  close: () => void;
}) {
  const [text, setText] = useState(name);
  const field = useRef<HTMLInputElement>(null);
  const problem = nameProblem(text.trim());
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (problem !== "") return;
    if (await rename(subject, text.trim())) close();
  };
  const escape = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    close();
  };
  return (
    <form class="rename" onSubmit={submit} onKeyDown={escape}>
      <label for="rename-field">{t("rename.label")}</label>
      <div class="rename-row">
        <input
          ref={field}
          id="rename-field"
          type="text"
          autocomplete="off"
          spellcheck={false}
          value={text}
          aria-describedby="rename-help"
          aria-invalid={problem !== ""}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button type="submit" class="primary">
          {t("action.save")}
        </button>
        <button type="button" class="plain" onClick={close}>
          {t("action.cancel")}
        </button>
      </div>
      <p id="rename-help" class={problem === "" ? "quiet" : "problem"}>
        {problem || t("rename.help")}
      </p>
    </form>
  );
}

export function ProofLine({ subject }: { subject: Subject }) {
  const proof = proofs.value.get(subjectKey(subject));
  if (proof === undefined) return null;
  return (
    <p class={`proof proof-${proof.state}`}>
      <Icon
        name={
          proof.state === "refused"
            ? "warn"
            : proof.state === "done"
              ? "allowed"
              : "older"
        }
      />
      <span>
        {proof.text}
        {proof.hint !== "" && <span class="quiet"> {proof.hint}</span>}
      </span>
    </p>
  );
}
