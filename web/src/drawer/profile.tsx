// SPDX-License-Identifier: BSD-3-Clause
// The profile of a device: what holds where no rule says otherwise.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { get } from "../api/http.ts";
import type { Device, Page, Profile } from "../api/types.ts";
import { About } from "../kit/about.tsx";
import { assignProfile } from "../shell/actions.ts";
import { profileText } from "../text/about.ts";
import { t } from "../text/t.ts";

const profiles = signal<readonly Profile[]>([]);

async function load(): Promise<void> {
  try {
    profiles.value = (await get<Page<Profile>>("profiles")).items;
  } catch {
    // The device's own profile is shown; the choice comes when the gateway answers.
  }
}

export function ProfileChoice({ device }: { device: Device }) {
  useEffect(() => void load(), []);
  const known = profiles.value;
  const names = known.some((profile) => profile.name === device.profile)
    ? known.map((profile) => profile.name)
    : [device.profile, ...known.map((profile) => profile.name)];
  const about = known.find((profile) => profile.name === device.profile);
  return (
    <section class="panel profile">
      <div class="titled">
        <label for="profile">{t("profile.label")}</label>
        <About mark sort="profile" thing={device.profile} />
      </div>
      <select
        id="profile"
        value={device.profile}
        onChange={async (event) => {
          const field = event.currentTarget;
          const done = await assignProfile(
            { kind: "device", device: device.id },
            field.value,
          );
          if (!done) field.value = device.profile;
        }}
      >
        {names.map((name) => (
          <option key={name} value={name} selected={name === device.profile}>
            {known.find((profile) => profile.name === name)?.is_default
              ? t("profile.default", { name })
              : name}
          </option>
        ))}
      </select>
      <p class="quiet">{profileText(device.profile, about?.description ?? "") ||
          t("profile.help")}</p>
    </section>
  );
}
