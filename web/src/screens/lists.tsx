// SPDX-License-Identifier: BSD-3-Clause
// Lists: feeds and files of names and addresses, with age, size, hits and what went wrong; and whether a name is stopped.

import { isAdmin, mayAct } from "../kit/may.ts";
import { request } from "../api/http.ts";
import type { Page as Paged } from "../api/types.ts";
import { Empty, Load } from "../kit/load.tsx";
import { Page } from "../kit/page.tsx";
import { useResource } from "../kit/resource.ts";
import { useAgain } from "../kit/again.ts";
import { now } from "../live/clock.ts";
import { Icon } from "../shell/icons.tsx";
import { toast } from "../shell/toasts.ts";
import { ago, bytes } from "../text/format.ts";
import { t } from "../text/t.ts";
import { attempt } from "./access-do.ts";
import { AddList } from "./lists-add.tsx";
import { changeLists, type List } from "./lists-change.ts";
import { TryName } from "./lists-try.tsx";

export function Screen() {
  const { state, reload } = useResource<Paged<List>>("lists", ["audit"]);
  useAgain(state.value.data?.items.some((one) => one.refreshing) ?? false, reload);
  return (
    <Page lead={t("lists.lead")}>
      <Load from={state} reload={reload}>
        {({ items }) => (
          <>
            {items.length === 0 ? (
              <Empty
                icon="table"
                title={t("lists.none")}
                text={t("lists.none.text")}
              />
            ) : (
              <ul class="rule-cards card">
                {items.map((one) => (
                  <Row key={one.name} list={one} reload={reload} />
                ))}
              </ul>
            )}
            {isAdmin.value && (
              <AddList
                taken={items.map(({ name }) => name)}
                reload={reload}
              />
            )}
          </>
        )}
      </Load>
      <TryName />
    </Page>
  );
}

function Row({ list, reload }: { list: List; reload: () => void }) {
  const { name, error } = list;
  const words = [
    t(`lists.action.${list.action}`),
    t("lists.entries", { n: list.entries }),
    bytes(list.bytes),
    t("rules.hits", { n: list.hits }),
    list.last_hit === null ? "" : t("rules.last", { time: ago(list.last_hit, now.value) }),
    list.changed === null ? "" : t("lists.changed", { time: ago(list.changed, now.value) }),
    list.fetched === null ? "" : t("lists.fetched", { time: ago(list.fetched, now.value) }),
    list.lines_wrong > 0 ? t("lists.wrong", { n: list.lines_wrong }) : "",
  ];
  return (
    <li>
      <span class={`rule-icon ${error === null ? `rule-${list.action}` : ""}`}>
        <Icon name={error === null ? "table" : "warn"} />
      </span>
      <span class="rule-text">
        <span>
          {name} <Chip list={list} />
        </span>
        <span class="quiet far">{list.url ?? list.file}</span>
        <span class="quiet">{words.filter((one) => one !== "").join(" · ")}</span>
        {error !== null && (
          <span class="problem">
            {t("lists.error", { error })}
            {list.error_time !== null && <> ({ago(list.error_time, now.value)})</>}
          </span>
        )}
        {list.first_wrong !== null && <span class="quiet">{list.first_wrong}</span>}
      </span>
      {mayAct.value && (
        <button
          type="button"
          class="plain"
          disabled={list.refreshing}
          aria-label={t("action.of", { action: t("lists.refresh"), name })}
          onClick={() =>
            void attempt(
              () => request("POST", `lists/${encodeURIComponent(name)}:refresh`),
              t("lists.asked", { name }),
              reload,
            )
          }
        >
          {t("lists.refresh")}
        </button>
      )}
      {isAdmin.value && (
        <button
          type="button"
          class="plain"
          aria-label={t("action.of", { action: t("action.remove"), name })}
          onClick={() => void remove(name, reload)}
        >
          <Icon name="remove" />
          <span>{t("action.remove")}</span>
        </button>
      )}
    </li>
  );
}

function Chip({ list }: { list: List }) {
  if (list.refreshing) return <span class="chip tone-dns">{t("lists.refreshing")}</span>;
  if (list.action === "none") return null;
  return list.in_force ? (
    <span class="chip tone-recent">{t("lists.inforce")}</span>
  ) : (
    <span class="chip tone-older">{t("lists.waits")}</span>
  );
}

// The way back is the list as it stood in the configuration.
async function remove(name: string, reload: () => void): Promise<void> {
  let was: unknown;
  const change = (lists: readonly { name: string }[]) => {
    was = lists.find((one) => one.name === name);
    return lists.filter((one) => one !== was);
  };
  const done = await attempt(() => changeLists(change), "", reload);
  if (done === null) return;
  toast({
    tone: "done",
    text: t("lists.removed", { name }),
    undo: () =>
      void attempt(
        () => changeLists((lists) => [...lists, was as { name: string }]),
        t("did.undo"),
        reload,
      ),
  });
}

