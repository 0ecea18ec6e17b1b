// SPDX-License-Identifier: BSD-3-Clause
// What shapes and colours mean, and the buttons that move the view.

import { t } from "../text/t.ts";
import { Icon, type IconName } from "../shell/icons.tsx";
import type { Shape } from "./look.ts";
import { Mark } from "./node.tsx";
import { fitView, locked, tidy, toggleLock, zoomMiddle } from "./stage.ts";

const rows: {
  shape: Shape;
  tone: "device" | "recent" | "older" | "blocked" | "dns";
  icon: IconName;
}[] = [
  { shape: "square", tone: "device", icon: "chip" },
  { shape: "circle", tone: "recent", icon: "recent" },
  { shape: "circle", tone: "older", icon: "older" },
  { shape: "octagon", tone: "blocked", icon: "blocked" },
  { shape: "diamond", tone: "dns", icon: "dns" },
];

export function Legend() {
  return (
    <ul class="legend" aria-label={t("legend.label")}>
      {rows.map((row) => (
        <li key={row.tone}>
          <Mark shape={row.shape} tone={row.tone} icon={row.icon} size={20} />
          {t(`legend.${row.tone}`)}
        </li>
      ))}
    </ul>
  );
}

export function GraphControls() {
  const lock = locked.value;
  return (
    <div class="controls" role="group" aria-label={t("graph.controls")}>
      <ControlButton
        icon="plus"
        label={t("graph.zoomIn")}
        act={() => zoomMiddle(1.3)}
      />
      <ControlButton
        icon="minus"
        label={t("graph.zoomOut")}
        act={() => zoomMiddle(1 / 1.3)}
      />
      <ControlButton icon="fit" label={t("graph.fit")} act={fitView} />
      <ControlButton icon="tidy" label={t("graph.tidy")} act={tidy} />
      <ControlButton
        icon={lock ? "lock" : "unlock"}
        label={t(lock ? "graph.locked" : "graph.lock")}
        act={toggleLock}
        pressed={lock}
      />
    </div>
  );
}

function ControlButton(props: {
  icon: IconName;
  label: string;
  act: () => void;
  pressed?: boolean;
}) {
  return (
    <button
      type="button"
      class="tool"
      aria-label={props.label}
      title={props.label}
      aria-pressed={props.pressed}
      onClick={props.act}
    >
      <Icon name={props.icon} />
    </button>
  );
}
