// SPDX-License-Identifier: BSD-3-Clause
// The three states that every screen has besides its own: loading, failed, empty.

import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "../shell/icons.tsx";
import { explain } from "../text/explain.ts";
import { t } from "../text/t.ts";
import type { Resource } from "./resource.ts";

export function Load<T>({
  from,
  reload,
  children,
}: {
  from: Signal<Resource<T>>;
  reload: () => void;
  children: (data: T) => ComponentChildren;
}) {
  const { data, error } = from.value;
  if (data === null && error === null)
    return <p class="note wait">{t("screen.loading")}</p>;
  if (data === null) return <Failed error={error} reload={reload} />;
  return (
    <>
      {error !== null && <Failed error={error} reload={reload} />}
      {children(data)}
    </>
  );
}

export function Failed({
  error,
  reload,
}: {
  error: unknown;
  reload: () => void;
}) {
  const { what, hint } = explain(error);
  return (
    <div class="empty card" role="alert">
      <Icon name="warn" class="big" />
      <h2>{t("load.failed")}</h2>
      <p>
        {what} {hint}
      </p>
      <button type="button" class="primary" onClick={reload}>
        {t("action.retry")}
      </button>
    </div>
  );
}

export function Empty({
  icon,
  title,
  text,
}: {
  icon: IconName;
  title: string;
  text: string;
}) {
  return (
    <div class="empty card">
      <Icon name={icon} class="big" />
      <h2>{title}</h2>
      <p>{text}</p>
    </div>
  );
}
