// SPDX-License-Identifier: BSD-3-Clause
// Profiles: what holds for devices where no rule says otherwise; learned from a device, or written.

import { useSignal } from "@preact/signals";
import { request } from "../api/http.ts";
import type { Page as Paged } from "../api/types.ts";
import { About } from "../kit/about.tsx";
import { Load } from "../kit/load.tsx";
import { Page } from "../kit/page.tsx";
import { useResource } from "../kit/resource.ts";
import { mayAct } from "../kit/may.ts";
import { run } from "../shell/actions.ts";
import { Icon } from "../shell/icons.tsx";
import { formatRoute, go, route, to } from "../shell/route.ts";
import { profileText } from "../text/about.ts";
import { t } from "../text/t.ts";
import { Learn } from "./profile-learn.tsx";
import { OneProfile } from "./profile-one.tsx";
import { emptyProfile } from "./profile-text.ts";
import type { ProfileRow, ProfileSaved } from "./profile-types.ts";

export function Screen() {
  const { id } = route.value;
  return id === null ? <All /> : <OneProfile key={id} name={id} />;
}

function All() {
  const { state, reload } = useResource<Paged<ProfileRow>>("profiles", [
    "device",
    "audit",
  ]);
  return (
    <Page lead={t("profiles.lead")}>
      <Load from={state} reload={reload}>
        {({ items }) => (
          <>
            <ul class="rule-cards card">
              {items.map((one) => (
                <Row key={one.name} profile={one} />
              ))}
            </ul>
            {mayAct.value && (
              <>
                <Learn profiles={items} />
                <NewProfile profiles={items} />
              </>
            )}
          </>
        )}
      </Load>
    </Page>
  );
}

function Row({ profile }: { profile: ProfileRow }) {
  const blocks = profile.default === "block";
  const words = [
    t(blocks ? "profiles.blocks" : "profiles.allows"),
    profile.rule_count > 0 ? t("profiles.rules", { n: profile.rule_count }) : "",
    profile.devices > 0 ? t("profiles.devices", { n: profile.devices }) : "",
    profile.extends === null
      ? ""
      : t("profiles.extends", { name: profile.extends }),
  ];
  return (
    <li>
      <span class={`rule-icon ${blocks ? "rule-block" : "rule-allow"}`}>
        <Icon name={blocks ? "lock" : "allowed"} />
      </span>
      <span class="rule-text">
        <span>
          <a href={formatRoute(to("profiles", profile.name))}>{profile.name}</a>{" "}
          {profile.is_default && (
            <span class="chip tone-recent">{t("profiles.default")}</span>
          )}{" "}
          {profile.shipped && (
            <About mark sort="profile" thing={profile.name} />
          )}
          {!profile.shipped && <span class="chip">{t("profiles.own")}</span>}
        </span>
        <span>
          {profileText(profile.name, profile.description, profile.shipped)}
        </span>
        <span class="quiet">{words.filter((one) => one !== "").join(" · ")}</span>
      </span>
    </li>
  );
}

function NewProfile({ profiles }: { profiles: readonly ProfileRow[] }) {
  const base = useSignal("");
  return (
    <section aria-labelledby="profile-new">
      <h2 id="profile-new">{t("profiles.new")}</h2>
      <form
        class="ask"
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          const name = String(form.get("name"));
          const yaml = emptyProfile(String(form.get("about")).trim(), base.peek());
          void run(
            null,
            (how) => request<ProfileSaved>("PUT", `profiles/${name}${how}`, { yaml }),
            t("profiles.made", { name }),
          ).then((done) => {
            if (done) go(to("profiles", name));
          });
        }}
      >
        <div>
          <label for="profile-name">{t("rename.label")}</label>
          <input
            id="profile-name"
            name="name"
            required
            maxLength={32}
            pattern="[a-z0-9\-]+"
            title={t("profiles.letters")}
            placeholder={t("profiles.letters")}
            autocomplete="off"
            spellcheck={false}
          />
        </div>
        <div class="grow">
          <label for="profile-about">{t("profiles.about")}</label>
          <input id="profile-about" name="about" required maxLength={120} autocomplete="off" />
        </div>
        <div>
          <label for="profile-base">{t("profiles.base")}</label>
          <select
            id="profile-base"
            value={base.value}
            onChange={(event) => {
              base.value = event.currentTarget.value;
            }}
          >
            <option value="">{t("profiles.base.none")}</option>
            {profiles.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </div>
        <button type="submit" class="plain">
          {t("profiles.make")}
        </button>
      </form>
    </section>
  );
}
