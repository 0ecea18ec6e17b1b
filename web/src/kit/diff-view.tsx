// SPDX-License-Identifier: BSD-3-Clause
// What would change in a text, to read before it is saved.

import { t } from "../text/t.ts";
import { diffLines, hunks } from "./diff.ts";

const marks = { same: " ", gone: "−", new: "+" } as const;

export function DiffView({ before, after }: { before: string; after: string }) {
  const found = hunks(diffLines(before, after));
  if (found.length === 0) return <p class="quiet">{t("diff.none")}</p>;
  return (
    <div class="diff" role="group" tabIndex={0} aria-label={t("diff.title")}>
      {found.map(({ skipped, lines }, i) => (
        <div key={i}>
          {skipped > 0 && <p class="quiet">{t("diff.same", { n: skipped })}</p>}
          {lines.map(({ kind, text }, n) => (
            <div key={n} class={`diff-${kind}`}>
              <span aria-hidden="true">{marks[kind]}</span>
              {kind !== "same" && (
                <span class="unseen">{t(`diff.${kind}`)} </span>
              )}
              <code>{text}</code>
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
