// SPDX-License-Identifier: BSD-3-Clause
// A screen whose script is fetched when it is opened, with the sentences that such screens need.

import { signal } from "@preact/signals";
import type { ComponentChildren, FunctionComponent } from "preact";
import { speakOfScreens, t } from "../text/t.ts";

type Later = typeof import("../screens/all.ts");

// `Frame` holds what is said while it is fetched.
export function lazy(
  name: keyof Later,
  Frame: FunctionComponent<{ children: ComponentChildren }> = PageFrame,
): FunctionComponent {
  const loaded = signal<FunctionComponent | null>(null);
  const failed = signal(false);
  let asked = false;
  const ask = async () => {
    asked = true;
    failed.value = false;
    try {
      const [later] = await Promise.all([
        import("../screens/all.ts"),
        speakOfScreens(),
      ]);
      loaded.value = later[name];
    } catch {
      failed.value = true;
    }
  };
  return () => {
    if (!asked) void ask();
    const Screen = loaded.value;
    if (Screen !== null) return <Screen />;
    if (!failed.value)
      return (
        <Frame>
          <p class="note">{t("screen.loading")}</p>
        </Frame>
      );
    // After an upgrade the page that is open names scripts that are gone.
    return (
      <Frame>
        <div class="empty card" role="alert">
          <h2>{t("screen.failed")}</h2>
          <button
            type="button"
            class="primary"
            onClick={() => location.reload()}
          >
            {t("screen.reload")}
          </button>
        </div>
      </Frame>
    );
  };
}

function PageFrame({ children }: { children: ComponentChildren }) {
  return <div class="page">{children}</div>;
}
