// SPDX-License-Identifier: BSD-3-Clause
// A text to take along: copied, or shown whole with a button that copies it.

import { toast } from "../shell/toasts.ts";
import { t } from "../text/t.ts";

export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast({ tone: "done", text: t("copy.done") });
  } catch {
    // Without a clipboard it can be marked by hand.
    toast({ tone: "refused", text: t("copy.failed") });
  }
}

export function CopyLine({ text }: { text: string }) {
  return (
    <div class="copy-line">
      <pre class="yaml">{text}</pre>
      <button type="button" class="plain" onClick={() => void copyText(text)}>
        {t("copy.do")}
      </button>
    </div>
  );
}
