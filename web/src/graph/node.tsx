// SPDX-License-Identifier: BSD-3-Clause
// One node: a shape, an icon in it, a name and a note beside it.

import { Component } from "preact";
import type { GraphNode } from "../api/types.ts";
import { paths, type IconName } from "../shell/icons.tsx";
import { cut, NAME_FONT, NOTE_FONT, textWidth } from "./label.ts";
import { nodeLook, type Shape } from "./look.ts";
import { sideOf } from "./layout.ts";
import { halfOf, LABEL_GAP } from "./metrics.ts";
import { sized } from "./sized.ts";

export interface NodeProps {
  node: GraphNode;
  icon: IconName;
  note: string;
  label: string;
  width: number;
  dense: boolean;
  bare: boolean;
  dim: boolean;
  open: boolean;
  picked: boolean;
  cursor: boolean;
}

export class NodeView extends Component<NodeProps> {
  override shouldComponentUpdate(next: NodeProps): boolean {
    for (const key in next)
      if (this.props[key as keyof NodeProps] !== next[key as keyof NodeProps])
        return true;
    return false;
  }

  override render({
    node,
    icon,
    note,
    label,
    width,
    dense,
    bare,
    dim,
    open,
    picked,
    cursor,
  }: NodeProps) {
    const look = nodeLook(node);
    const device = node.kind === "device";
    const half = halfOf(sideOf(node), dense);
    const side = device ? -1 : 1;
    const name = cut(node.name, NAME_FONT, width);
    const second = dense ? "" : cut(note, NOTE_FONT, width);
    const reach = Math.max(
      textWidth(name, NAME_FONT),
      second === "" ? 0 : textWidth(second, NOTE_FONT),
    );
    const classes = [
      "node",
      `tone-${look.tone}`,
      dim ? "dim" : "",
      open ? "open" : "",
      picked ? "picked" : "",
      node.ignored ? "faint" : "",
    ];
    if (device && node.online === false) classes.push("offline");
    // The words stand beside the button, which carries them in its own name.
    return (
      <g class={classes.filter(Boolean).join(" ")} data-hit={node.id}>
        <g
          id={`node-${node.id}`}
          class={`face tone-${look.tone}`}
          role="button"
          tabindex={cursor ? 0 : -1}
          aria-label={label}
          aria-pressed={open}
        >
          <title>{node.name}</title>
          <rect
            class="hit"
            x={device ? -half - LABEL_GAP - (bare ? 0 : reach) - 4 : -half - 5}
            y={-half - 5}
            width={half * 2 + LABEL_GAP + (bare ? 0 : reach) + 9}
            height={half * 2 + 10}
            rx={8}
          />
          <ShapeView shape={look.shape} half={half} />
          <Glyph name={look.icon ?? icon} size={half * 1.18} />
          {node.allowed && <Badge name="allowed" x={half - 1} y={-half + 1} />}
          {node.ignored && <Badge name="ignored" x={half - 1} y={half - 1} />}
        </g>
        {!bare && (
          <g
            class="words"
            aria-hidden="true"
            text-anchor={device ? "end" : "start"}
          >
            <text
              class="name"
              x={side * (half + LABEL_GAP)}
              y={second === "" ? 4.5 : -2}
            >
              {name}
            </text>
            {second !== "" && (
              <text class="note" x={side * (half + LABEL_GAP)} y={12.5}>
                {second}
              </text>
            )}
          </g>
        )}
      </g>
    );
  }
}

export function ShapeView({ shape, half }: { shape: Shape; half: number }) {
  switch (shape) {
    case "square":
      return (
        <rect
          class="shape"
          x={-half}
          y={-half}
          width={half * 2}
          height={half * 2}
          rx={half * 0.5}
        />
      );
    case "circle":
      return <circle class="shape" r={half} />;
    case "diamond": {
      const r = half * 1.2;
      return <path class="shape" d={`M0 ${-r}L${r} 0 0 ${r} ${-r} 0z`} />;
    }
    case "octagon": {
      const a = half * 1.06;
      const b = a * 0.414;
      return (
        <path
          class="shape"
          d={`M${-b} ${-a}H${b}L${a} ${-b}V${b}L${b} ${a}H${-b}L${-a} ${b}V${-b}z`}
        />
      );
    }
  }
}

export function Glyph({ name, size }: { name: IconName; size: number }) {
  return (
    <path
      class="glyph"
      d={sized(paths[name], size)}
      stroke-width={size / 12}
    />
  );
}

function Badge({ name, x, y }: { name: IconName; x: number; y: number }) {
  return (
    <g class={`badge badge-${name}`} transform={`translate(${x} ${y})`}>
      <circle r={6.5} />
      <Glyph name={name} size={9} />
    </g>
  );
}

// The same shape outside the graph: in the legend, the table and the drawer.
export function Mark({
  shape,
  tone,
  icon,
  size = 26,
}: {
  shape: Shape;
  tone: string;
  icon: IconName | null;
  size?: number;
}) {
  return (
    <svg
      class={`mark tone-${tone}`}
      width={size}
      height={size}
      viewBox="-15 -15 30 30"
      aria-hidden="true"
      focusable="false"
    >
      <ShapeView shape={shape} half={12} />
      {icon !== null && <Glyph name={icon} size={15} />}
    </svg>
  );
}
