// SPDX-License-Identifier: BSD-3-Clause
// The three sentences about a thing: what it is, why one should care, and what to do.
//
// Shape: "what|why|do", or "what|family" where the family has the other two (en-words.ts, en-things.ts).

import type { Alert, Notice } from "../api/types.ts";
import { moment } from "./format.ts";
import { fill, language, sentence } from "./t.ts";

export type Sort = "reason" | "alert" | "kind" | "service" | "profile";

export interface Words {
  what: string;
  why: string;
  todo: string;
}

export function about(sort: Sort, thing: string): Words | null {
  // "tcp/8443": a port without a name is told by its protocol.
  const name = sort === "service" ? thing.replace(/\/.*/, "") : thing;
  const [what = "", second = "", third] = parts(`about.${sort}.${name}`);
  const [why = "", todo = ""] =
    third === undefined ? parts(`about.family.${second}`) : [second, third];
  if (what === "" || why === "") return null;
  return { what, why, todo };
}

function parts(key: string): string[] {
  return (sentence(key) ?? "").split("|");
}

// A notice in the reader's language. What the dataplane reports in its own words is kept beside it, for the numbers and
// commands in it.
export function noticeWords(
  notice: Pick<Notice, "message_key" | "message_args" | "text" | "why" | "advice">,
): Words & { own: string } {
  const { message_key: key, message_args: args } = notice;
  const words = translated(key, args.map(said));
  const text = timesSaid(notice.text);
  if (words === null)
    return { what: text, why: notice.why, todo: notice.advice, own: "" };
  const untold = args.length > 0 && !about("alert", key)?.what.includes("{0}");
  return { ...words, own: untold ? text : "" };
}

// Who, and what for, are kept as the gateway said them.
function said(text: string): string {
  return sentence(`arg.${text.replace(/\W+/g, "_")}`) ?? timesSaid(text);
}

// The gateway writes a time as programs read it.
function timesSaid(text: string): string {
  return text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, moment);
}

const PLACE = /\{(\d)\}/g;

// The gateway's own sentence is English; another language has it where all its arguments are known.
function translated(kind: string, args: readonly string[]): Words | null {
  const words = language === "en" ? null : about("alert", kind);
  const places = [...(words?.what ?? "").matchAll(PLACE)];
  if (words === null || places.some(([, n]) => Number(n) >= args.length))
    return null;
  return { ...words, what: fill(words.what, Object.fromEntries(args.entries())) };
}

// What a profile is for: those that we ship in the reader's language, others as they are written.
export function profileText(name: string, description: string, shipped = true): string {
  const words = shipped && language !== "en" ? about("profile", name) : null;
  return words?.what ?? description;
}

export function alertText({ kind, text }: Pick<Alert, "kind" | "text">): string {
  return translated(kind, [])?.what ?? text;
}
