// SPDX-License-Identifier: BSD-3-Clause
// A change that can cut people off is asked about first: for good, on trial, or not at all.

import { signal } from "@preact/signals";
import type { How } from "../api/act.ts";
import { ApiError, type Answer } from "../api/http.ts";
import { refreshPending } from "../live/pending.ts";

export const TRIAL_S = 90;

export interface Question {
  text: string;
  answer(how: How | null): void;
}

export const question = signal<Question | null>(null);

// Asks without a word first; where the gateway wants one, the person says which. Null: not at all.
export async function withWord<T>(
  ask: (how: How) => Promise<Answer<T>>,
): Promise<Answer<T> | null> {
  try {
    return await ask("");
  } catch (error) {
    if (!(error instanceof ApiError) || error.key !== "needs_confirmation")
      throw error;
    const how = await put(error.detail);
    if (how === null) return null;
    const answer = await ask(how);
    void refreshPending();
    return answer;
  }
}

function put(text: string): Promise<How | null> {
  question.peek()?.answer(null);
  return new Promise((resolve) => {
    question.value = {
      text,
      answer: (how) => {
        question.value = null;
        resolve(how);
      },
    };
  });
}
