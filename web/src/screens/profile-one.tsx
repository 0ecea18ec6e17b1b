// SPDX-License-Identifier: BSD-3-Clause
// One profile: who has it, what it says with what it met, and its text.

import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { signal } from "@preact/signals";
import { mayAct } from "../kit/may.ts";
import { request } from "../api/http.ts";
import { DeviceLink } from "../kit/device.tsx";
import { Load } from "../kit/load.tsx";
import { Page } from "../kit/page.tsx";
import type { Resource } from "../kit/resource.ts";
import { now } from "../live/clock.ts";
import { devices } from "../live/store.ts";
import { run } from "../shell/actions.ts";
import { Icon } from "../shell/icons.tsx";
import { formatRoute, go, to } from "../shell/route.ts";
import { ago } from "../text/format.ts";
import { profileText } from "../text/about.ts";
import { t } from "../text/t.ts";
import { ProfileEdit } from "./profile-edit.tsx";
import type { ProfileRule, ProfileSaved, ProfileWhole } from "./profile-types.ts";
import { emptyDraft, ruleOf } from "./rule-draft.ts";
import { Sentence } from "./rule-form.tsx";

interface Loaded {
  profile: ProfileWhole;
  etag: string;
}

export function OneProfile({ name }: { name: string }) {
  const state = useMemo(
    () => signal<Resource<Loaded>>({ data: null, error: null }),
    [],
  );
  const load = async () => {
    try {
      const { body, etag = "" } = await request<ProfileWhole>(
        "GET",
        `profiles/${encodeURIComponent(name)}`,
      );
      state.value = { data: { profile: body, etag }, error: null };
    } catch (error) {
      state.value = { data: state.peek().data, error };
    }
  };
  useEffect(() => void load(), []);
  const reload = () => void load();
  return (
    <Page
      title={name}
      lead={profileText(
        name,
        state.value.data?.profile.description ?? "",
        state.value.data?.profile.shipped,
      )}
      tools={
        <a class="plain button" href={formatRoute(to("profiles"))}>
          {t("profiles.all")}
        </a>
      }
    >
      <Load from={state} reload={reload}>
        {({ profile, etag }) => (
          <>
            <Holders name={name} />
            <Says profile={profile} etag={etag} reload={reload} />
            {mayAct.value ? (
              <ProfileEdit profile={profile} etag={etag} reload={reload} />
            ) : (
              <pre class="card yaml">{profile.yaml}</pre>
            )}
          </>
        )}
      </Load>
    </Page>
  );
}

function Holders({ name }: { name: string }) {
  const holders = [...devices.value.values()]
    .filter((one) => one.profile === name)
    .sort((a, b) => a.name.localeCompare(b.name));
  return (
    <section aria-labelledby="profile-holders">
      <h2 id="profile-holders">{t("profiles.who")}</h2>
      {holders.length === 0 ? (
        <p class="note">{t("profiles.who.none")}</p>
      ) : (
        <ul class="chips">
          {holders.map((one) => (
            <li key={one.id}>
              <DeviceLink device={one} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

interface Part {
  profile: ProfileWhole;
  etag: string;
  reload: () => void;
}

function Says({ profile, etag, reload }: Part) {
  const draft = useSignal(emptyDraft);
  const add = async () => {
    const { subject: _, until: __, ...rule } = ruleOf(draft.peek(), Date.now());
    const done = await run(
      null,
      (how) =>
        request<ProfileSaved>("POST", `profiles/${profile.name}/rules${how}`, rule, etag),
      t("rules.made"),
    );
    if (done) draft.value = { ...emptyDraft, action: draft.peek().action };
    reload();
  };
  return (
    <section aria-labelledby="profile-says">
      <h2 id="profile-says">{t("profiles.says")}</h2>
      <ul class="rule-cards card">
        {profile.rules.map((rule, i) => (
          <Rule key={i} rule={rule} profile={profile} etag={etag} reload={reload} />
        ))}
        <li>
          <span class="rule-text">
            {t(profile.default === "block" ? "profiles.rest.block" : "profiles.rest.allow")}
          </span>
        </li>
      </ul>
      {mayAct.value && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void add();
          }}
        >
          <Sentence
            draft={draft}
            set={(change) => {
              draft.value = { ...draft.peek(), ...change };
            }}
            inProfile
          />
          <p class="below">
            <button type="submit" class="plain">
              {t("profiles.add")}
            </button>
          </p>
        </form>
      )}
    </section>
  );
}

function Rule({ rule, profile, etag, reload }: Part & { rule: ProfileRule }) {
  const { n, from } = rule;
  const words = [
    from === null ? "" : t("profiles.from", { name: from }),
    rule.hits > 0 ? t("rules.hits", { n: rule.hits }) : t("profiles.unmet"),
    rule.last_hit === null ? "" : t("rules.last", { time: ago(rule.last_hit, now.value) }),
    rule.comment ?? "",
  ];
  return (
    <li>
      <span class="rule-text">
        <span>{rule.sentence}</span>
        <span class="quiet">{words.filter((one) => one !== "").join(" · ")}</span>
      </span>
      {n !== null && mayAct.value && (
        <button
          type="button"
          class="plain"
          aria-label={t("action.of", { action: t("action.remove"), name: rule.sentence })}
          onClick={() =>
            void run(
              null,
              (how) =>
                request<ProfileSaved>(
                  "DELETE",
                  `profiles/${profile.name}/rules/${n}${how}`,
                  undefined,
                  etag,
                ),
              t("profiles.gone", { name: rule.sentence }),
            ).then(reload)
          }
        >
          <Icon name="remove" />
          <span>{t("action.remove")}</span>
        </button>
      )}
    </li>
  );
}

export function removeProfile(name: string, etag: string): void {
  void run(
    null,
    (how) => request<ProfileSaved>("DELETE", `profiles/${name}${how}`, undefined, etag),
    t("profiles.gone", { name }),
  ).then((done) => {
    if (done) go(to("profiles"));
  });
}
