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
  const what =
    error.detail || error.title || t("error.unknown", { status: error.status });
  return { what, hint: error.hint };
}

export function ruleSentence(rule: Rule): string {
  const who = rule.subject.kind === "device";
  const where = rule.object.kind === "destination";
  const form = who && where ? "pair" : who ? "device" : "destination";
  return t(`rule.${rule.action}.${form}` as Key, {
    subject: rule.subject.name,
    object: rule.object.name,
  });
}
