// SPDX-License-Identifier: BSD-3-Clause
// Backup and restore: one file with what people decided; put back after a look at what would change.

import { useSignal } from "@preact/signals";
import { base64, saveFile, sha256 } from "../api/file.ts";
import { request } from "../api/http.ts";
import { moment } from "../text/format.ts";
import { t } from "../text/t.ts";
import { attempt } from "./access-do.ts";

const PIECE = 96 * 1024;

interface Restore {
  backup: {
    release: string;
    created: string;
    devices: number;
    rules: number;
    items: { name: string; action: string; why: string | null }[];
  };
  applied: boolean;
  kept: string | null;
}

interface Found {
  sum: string;
  restore: Restore;
}

async function bring(file: File, told: (share: number) => void): Promise<Found> {
  for (let offset = 0; offset < file.size; offset += PIECE) {
    const data = await base64(file.slice(offset, offset + PIECE));
    await request("PUT", "restore/upload", { offset, data });
    told(Math.min(1, (offset + PIECE) / file.size));
  }
  const sum = await sha256(file);
  const { body } = await request<Restore>("POST", "restore", { sha256: sum });
  return { sum, restore: body };
}

export function Backup() {
  const found = useSignal<Found | null>(null);
  const share = useSignal<number | null>(null);
  const look = async (file: File) => {
    found.value = null;
    found.value = await attempt(
      () =>
        bring(file, (done) => {
          share.value = done;
        }),
      "",
    );
    share.value = null;
  };
  const today = new Date().toISOString().slice(0, 10);
  return (
    <section aria-labelledby="backup">
      <h2 id="backup">{t("backup.title")}</h2>
      <p class="quiet">{t("backup.text")}</p>
      <div class="ask">
        <button
          type="button"
          class="plain"
          onClick={() =>
            void attempt(() => saveFile("backup", `spin-${today}.tar.gz`), t("backup.saved"))
          }
        >
          {t("backup.get")}
        </button>
        <div>
          <label for="restore-file">{t("backup.restore")}</label>
          <input
            id="restore-file"
            type="file"
            accept=".gz,.tgz,application/gzip"
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              if (file !== undefined) void look(file);
            }}
          />
        </div>
        {share.value !== null && (
          <progress max={1} value={share.value} aria-label={t("upload.bar")} />
        )}
      </div>
      {found.value !== null && <Found found={found.value} />}
    </section>
  );
}

function Found({ found }: { found: Found }) {
  const { backup } = found.restore;
  return (
    <div class="card verdict">
      <div>
        <p>
          {t("backup.found", {
            time: moment(backup.created),
            release: backup.release,
            devices: backup.devices,
            rules: backup.rules,
          })}
        </p>
        <ul>
          {backup.items
            .filter((one) => one.action !== "same")
            .map((one) => (
              <li key={one.name}>
                <code>{one.name}</code>{" "}
                {t(`backup.does.${one.action as "add" | "replace" | "remove" | "kept"}`)}
                {one.why !== null && <span class="quiet"> {one.why}</span>}
              </li>
            ))}
        </ul>
        <p class="quiet">{t("backup.safe")}</p>
      </div>
      <button
        type="button"
        class="primary"
        onClick={() =>
          void attempt(
            () => request("POST", "restore", { sha256: found.sum, apply: true }),
            t("backup.applied"),
          )
        }
      >
        {t("backup.apply")}
      </button>
    </div>
  );
}
