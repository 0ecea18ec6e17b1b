// SPDX-License-Identifier: BSD-3-Clause
// What the parts of Access share: a change that is done and said, or refused with its reason; and roles in words.

import { refuse, toast } from "../shell/toasts.ts";
import { t, type Key } from "../text/t.ts";

export async function attempt<T>(
  ask: () => Promise<T>,
  said: string,
  after: () => void = () => {},
): Promise<T | null> {
  try {
    const answer = await ask();
    if (said !== "") toast({ tone: "done", text: said });
    after();
    return answer;
  } catch (error) {
    refuse(error);
    return null;
  }
}

export function roleName(role: string): string {
  return t(`access.role.${role}` as Key);
}
