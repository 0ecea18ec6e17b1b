// SPDX-License-Identifier: BSD-3-Clause
// What the History screen is to show: the window, by what, of which device, with whom, beside what.

import { DeviceOptions } from "../kit/device-options.tsx";
import { now } from "../live/clock.ts";
import { keep } from "../shell/route.ts";
import { t } from "../text/t.ts";
import { localText } from "./history-model.ts";
import { Windows } from "./history-use.tsx";
import { bys, minute, type HistoryView } from "./history-view.ts";

export function Choices({ view }: { view: HistoryView }) {
  const { by, device, destination, beside } = view;
  return (
    <div class="past-choices card">
      <WindowRow view={view} />
      <div class="choices-row">
        <div class="segments" role="group" aria-label={t("page.by")}>
          {bys.map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={one === by}
              onClick={() => keep({ by: one })}
            >
              {t(`past.by.${one}`)}
            </button>
          ))}
        </div>
        <label class="field">
          <span class="quiet">{t("flows.device")}</span>
          <select
            value={device}
            onChange={(event) => keep({ device: event.currentTarget.value })}
          >
            <option value="">{t("flows.every")}</option>
            <DeviceOptions chosen={device} />
          </select>
        </label>
        <label class="field">
          <span class="quiet">{t("past.with")}</span>
          <input
            type="search"
            autocomplete="off"
            spellcheck={false}
            maxLength={200}
            placeholder={t("past.with.hint")}
            value={destination}
            onChange={(event) => keep({ destination: event.currentTarget.value.trim() })}
          />
        </label>
      </div>
      <div class="choices-row">
        <label class="check">
          <input
            type="checkbox"
            checked={beside !== null}
            onChange={(event) =>
              keep({ beside: event.currentTarget.checked ? "before" : "" })
            }
          />
          <span>{t("past.compare")}</span>
        </label>
        {beside !== null && (
          <When
            label={t("past.then.from")}
            value={beside}
            choose={(time) => keep({ beside: minute(time) })}
          />
        )}
      </div>
    </div>
  );
}

export function WindowRow({ view }: { view: HistoryView }) {
  const { window, seconds, until } = view;
  const end = until ?? now.peek();
  const begin = end - seconds * 1000;
  return (
    <div class="choices-row">
      <Windows
        chosen={window}
        choose={(w) => keep({ w, from: "", to: "" })}
      />
      <When
        label={t("past.from")}
        value={begin}
        choose={(time) => keep({ from: minute(time), to: minute(Math.max(end, time + 600_000)) })}
      />
      <When
        label={t("past.to")}
        value={end}
        choose={(time) => keep({ from: minute(Math.min(begin, time - 600_000)), to: minute(time) })}
      />
    </div>
  );
}

function When({
  label,
  value,
  choose,
}: {
  label: string;
  value: number;
  choose: (time: number) => void;
}) {
  return (
    <label class="field">
      <span class="quiet">{label}</span>
      <input
        type="datetime-local"
        value={localText(value)}
        onChange={(event) => {
          const time = new Date(event.currentTarget.value).getTime();
          if (!Number.isNaN(time)) choose(time);
        }}
      />
    </label>
  );
}
