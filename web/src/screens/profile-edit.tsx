// SPDX-License-Identifier: BSD-3-Clause
// A profile's text: its head as a form, the whole as YAML, what would change, and where it is wrong.

import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { ApiError, request } from "../api/http.ts";
import { DiffView } from "../kit/diff-view.tsx";
import { run } from "../shell/actions.ts";
import { t, type Key } from "../text/t.ts";
import { removeProfile } from "./profile-one.tsx";
import { offsetOf, placeOf, readTop, writeTop } from "./profile-text.ts";
import type { ProfileSaved, ProfileWhole } from "./profile-types.ts";

export function ProfileEdit({
  profile,
  etag,
  reload,
}: {
  profile: ProfileWhole;
  etag: string;
  reload: () => void;
}) {
  const { name } = profile;
  // Null: as it is on the gateway.
  const edited = useSignal<string | null>(null);
  const wrong = useSignal("");
  const field = useRef<HTMLTextAreaElement>(null);
  const text = edited.value ?? profile.yaml;
  const changed = text !== profile.yaml;
  const set = (next: string | null) => {
    edited.value = next;
    wrong.value = "";
  };
  const show = (detail: string) => {
    const place = placeOf(detail);
    wrong.value = place === null ? detail : t("profiles.wrong", place);
    if (place === null) return;
    const at = offsetOf(text, place.line, place.column);
    field.current?.focus();
    field.current?.setSelectionRange(at, at);
  };
  const save = async () => {
    const done = await run(
      null,
      async (how) => {
        try {
          return await request<ProfileSaved>("PUT", `profiles/${name}${how}`, { yaml: text }, etag);
        } catch (error) {
          if (error instanceof ApiError && error.key === "bad_profile") show(error.detail);
          throw error;
        }
      },
      t("profiles.saved", { name }),
    );
    if (!done) return;
    set(null);
    reload();
  };
  return (
    <section aria-labelledby="profile-text">
      <h2 id="profile-text">{t("profiles.text")}</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <div class="sentence">
          <Top label="profiles.about" name="description" text={text} set={set} />
          <Top label="profiles.rest" name="default" text={text} set={set} of={["allow", "block"]} />
          <Top label="profiles.base" name="extends" text={text} set={set} />
        </div>
        <label class="quiet" for="profile-yaml">
          {t("profiles.yaml")}
        </label>
        <textarea
          ref={field}
          id="profile-yaml"
          class="yaml"
          spellcheck={false}
          autocapitalize="off"
          maxLength={65_536}
          rows={Math.min(24, text.split("\n").length + 1)}
          aria-invalid={wrong.value !== ""}
          aria-describedby="profile-wrong"
          value={text}
          onInput={(event) => set(event.currentTarget.value)}
        />
        <p id="profile-wrong" class="problem" role="alert">
          {wrong.value}
        </p>
        {changed && (
          <>
            <h3>{t("diff.title")}</h3>
            <DiffView before={profile.yaml} after={text} />
          </>
        )}
        <p class="below">
          <button type="submit" class="primary" disabled={!changed}>
            {t("profiles.save")}
          </button>
          {changed && (
            <button type="button" class="plain" onClick={() => set(null)}>
              {t("profiles.drop")}
            </button>
          )}
          {!profile.shipped && (
            <button type="button" class="plain" onClick={() => removeProfile(name, etag)}>
              {t("profiles.remove")}
            </button>
          )}
        </p>
      </form>
    </section>
  );
}

// One of the lines at the top; what stands there in another form is left to the text.
function Top({
  label,
  name,
  text,
  set,
  of,
}: {
  label: Key;
  name: "description" | "default" | "extends";
  text: string;
  set: (text: string) => void;
  of?: readonly ("allow" | "block")[];
}) {
  const value = readTop(text, name);
  const id = `profile-top-${name}`;
  const change = (next: string) =>
    set(writeTop(text, name, next === "" ? null : next));
  return (
    <div class="field grow">
      <label for={id}>{t(label)}</label>
      {of === undefined ? (
        <input
          id={id}
          autocomplete="off"
          maxLength={120}
          disabled={value === undefined}
          value={value ?? ""}
          onChange={(event) => change(event.currentTarget.value.trim())}
        />
      ) : (
        <select
          id={id}
          disabled={value === undefined}
          value={value ?? ""}
          onChange={(event) => change(event.currentTarget.value)}
        >
          <option value="">{t("profiles.inherit")}</option>
          {of.map((one) => (
            <option key={one} value={one}>
              {t(`profiles.rest.${one}`)}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}
