// SPDX-License-Identifier: BSD-3-Clause
// A capture file is brought to the gateway in parts and opened in the Traffic Monitor when it was read.

import { useSignal } from "@preact/signals";
import { request } from "../api/http.ts";
import type { Page as Paged } from "../api/types.ts";
import { useResource } from "../kit/resource.ts";
import { formatRoute, go, to } from "../shell/route.ts";
import { t } from "../text/t.ts";
import { attempt } from "./access-do.ts";
import type { Analysis } from "./capture-types.ts";

async function bring(
  file: File,
  told: (share: number) => void,
): Promise<Analysis> {
  let { body: found } = await request<Analysis>("POST", "analyses", {
    name: file.name.slice(0, 120),
    bytes: file.size,
  });
  const { id, part_bytes } = found;
  for (let part = 0; part * part_bytes < file.size; part++) {
    const at = part * part_bytes;
    const blob = file.slice(at, at + part_bytes);
    found = (await request<Analysis>("PUT", `analyses/${id}/parts/${part}`, blob)).body;
    told((at + blob.size) / file.size);
  }
  return found;
}

export async function openFile(
  file: File,
  told: (share: number | null) => void,
): Promise<void> {
  told(0);
  const found = await attempt(() => bring(file, told), "");
  told(null);
  if (found !== null) go(to("captures", found.id));
}

// For a file that the gateway has already.
export function Bring({
  label,
  of,
  from,
}: {
  label: string;
  of: string;
  from: () => Promise<File>;
}) {
  const share = useSignal<number | null>(null);
  return (
    <button
      type="button"
      class="plain"
      aria-label={of}
      disabled={share.value !== null}
      onClick={async () => {
        const file = await attempt(from, "");
        if (file === null) return;
        await openFile(file, (done) => {
          share.value = done;
        });
      }}
    >
      {label}
    </button>
  );
}

export function OpenFile() {
  const brought = useResource<Paged<Analysis>>("analyses");
  const share = useSignal<number | null>(null);
  return (
    <section aria-labelledby="open-file">
      <h2 id="open-file">{t("file.open")}</h2>
      <p class="quiet">{t("file.open.text")}</p>
      <div class="ask">
        <div>
          <label for="capture-file">{t("file.choose")}</label>
          <input
            id="capture-file"
            type="file"
            accept=".pcap,.pcapng,.cap"
            disabled={share.value !== null}
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              if (file !== undefined)
                void openFile(file, (done) => {
                  share.value = done;
                });
            }}
          />
        </div>
        {share.value !== null && (
          <progress max={1} value={share.value} aria-label={t("upload.bar")} />
        )}
      </div>
      <ul class="chips">
        {brought.state.value.data?.items.map(({ id, name }) => (
          <li key={id}>
            <a class="plain button" href={formatRoute(to("captures", id))}>
              {name}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
