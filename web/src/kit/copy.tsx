// SPDX-License-Identifier: BSD-3-Clause
// A line to take along: shown whole, and copied by a button.

import { toast } from "../shell/toasts.ts";
import { t } from "../text/t.ts";

export function CopyLine({ text }: { text: string }) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      toast({ tone: "done", text: t("copy.done"), detail: "", undo: null });
    } catch {
      // Without a clipboard it can be marked by hand.
      toast({ tone: "refused", text: t("copy.failed"), detail: "", undo: null });
    }
  };
  return (
    <div class="copy-line">
      <pre class="yaml">{text}</pre>
      <button type="button" class="plain" onClick={() => void copy()}>
        {t("copy.do")}
      </button>
    </div>
  );
}
