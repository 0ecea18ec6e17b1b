// SPDX-License-Identifier: BSD-3-Clause
// Failures and rules as sentences.

import { ApiError } from "../api/http.ts";
import type { Rule } from "../api/types.ts";
import { t, type Key } from "./t.ts";

export interface Explained {
  what: string;
  hint: string;
}

export function explain(error: unknown): Explained {
  if (!(error instanceof ApiError))
    return { what: t("error.unknown", { status: String(error) }), hint: "" };
  if (error.key === "unreachable")
    return { what: t("error.unreachable"), hint: t("error.unreachable.hint") };
  if (error.key === "bad_answer")
    return { what: t("error.bad_answer"), hint: "" };
  // What is wrong with a field; how a program would send it is no help to a person.
  if (error.detail.startsWith("/"))
    return { what: error.detail.slice(1), hint: "" };
  const what =
    error.detail || error.title || t("error.unknown", { status: error.status });
  return { what, hint: error.hint };
}

// Whom and what alone, in words that this page has itself.
function isPlain(rule: Rule): boolean {
  return (
    ["device", "everyone"].includes(rule.subject.kind) &&
    ["destination", "everything"].includes(rule.object.kind) &&
    ["block", "allow", "ignore"].includes(rule.action) &&
    (rule.service ?? null) === null &&
    (rule.schedule ?? null) === null &&
    (rule.until ?? null) === null &&
    (rule.direction ?? "both") === "both" &&
    (rule.enabled ?? true)
  );
}

export function ruleSentence(rule: Rule): string {
  if (rule.sentence !== undefined && !isPlain(rule)) return rule.sentence;
  const who = rule.subject.kind === "device";
  const where = rule.object.kind === "destination";
  const form = who && where ? "pair" : who ? "device" : "destination";
  return t(`rule.${rule.action}.${form}` as Key, {
    subject: rule.subject.name,
    object: rule.object.name,
  });
}
