// SPDX-License-Identifier: BSD-3-Clause
// How many columns, how wide and how far apart, for a picture of this size with so many nodes.
//
// Units: CSS pixels at zoom 1.

export interface Frame {
  width: number;
  height: number;
}

export interface Metrics {
  compact: boolean;
  dense: boolean;
  row: number;
  deviceSpacing: number;
  destinationSpacing: number;
  height: number;
  deviceLabel: number;
  destinationLabel: number;
  deviceColumns: number;
  destinationColumns: number;
  deviceColumnWidth: number;
  destinationColumnWidth: number;
  deviceX: number;
  destinationX: number;
}

export const LABEL_GAP = 9;

// Half the side of a shape: a crowd is drawn smaller.
export function halfOf(kind: "device" | "destination", dense: boolean): number {
  if (dense) return kind === "device" ? 12 : 10;
  return kind === "device" ? 17 : 12;
}

const PADDING = 28;
const MAX_COLUMNS = 8;

// On a phone the picture is as wide as the screen and may be higher; elsewhere it fits whole.
export const COMPACT_ZOOM = 0.84;
const MAX_GAP = 760;
const MAX_SPACING = 76;
const MAX_DEVICE_SPACING = 120;
const MAX_COMPACT_SPACING = 48;

// Large screens are seen from further away: the same picture, drawn larger.
const USUAL_WIDTH = 1500;
const MAX_ENLARGE = 2.4;

export function enlarge(frame: Frame): number {
  return clamp(frame.width / USUAL_WIDTH, 1, MAX_ENLARGE);
}

export function measure(
  frame: Frame,
  devices: number,
  destinations: number,
): Metrics {
  const compact = frame.width < 640;
  const dense = Math.max(devices, destinations) > 60;
  const row = dense ? 28 : compact ? 40 : 42;
  const deviceLabel = compact ? 112 : 170;
  const destinationLabel = compact ? 132 : 190;
  const minGap = compact ? 48 : 230;
  const deviceHalf = halfOf("device", dense);
  const destinationHalf = halfOf("destination", dense);
  const deviceColumnWidth = deviceLabel + LABEL_GAP + deviceHalf * 2 + 14;
  const destinationColumnWidth =
    destinationLabel + LABEL_GAP + destinationHalf * 2 + 18;
  const unit = enlarge(frame);
  const room = {
    width: frame.width / unit - PADDING * (compact ? 0.5 : 2),
    height: frame.height / unit - PADDING * 2,
  };

  const deviceColumns = compact
    ? 1
    : Math.max(
        1,
        Math.ceil((devices * row) / Math.max(room.height * 1.6, row)),
      );
  let best = { columns: 1, scale: 0 };
  for (let columns = 1; columns <= (compact ? 1 : MAX_COLUMNS); columns++) {
    const width =
      deviceColumns * deviceColumnWidth +
      minGap +
      columns * destinationColumnWidth;
    const rows = Math.max(
      Math.ceil(destinations / columns),
      Math.ceil(devices / deviceColumns),
      1,
    );
    const scale = Math.min(room.width / width, room.height / (rows * row), 1);
    if (scale > best.scale + 0.02) best = { columns, scale };
  }

  const destinationColumns = best.columns;
  const rows = Math.max(
    Math.ceil(destinations / destinationColumns),
    Math.ceil(devices / deviceColumns),
    1,
  );
  const columnsWidth =
    deviceColumns * deviceColumnWidth +
    destinationColumns * destinationColumnWidth;
  const gap = compact
    ? minGap
    : clamp(room.width / best.scale - columnsWidth, minGap, MAX_GAP);
  const height = Math.max(room.height, rows * row);
  const spread = (count: number, columns: number, most: number) =>
    clamp(height / Math.max(1, Math.ceil(count / columns)), row, most);
  const total = columnsWidth + gap;
  return {
    compact,
    dense,
    row,
    deviceSpacing: spread(
      devices,
      deviceColumns,
      compact ? MAX_COMPACT_SPACING : MAX_DEVICE_SPACING,
    ),
    destinationSpacing: spread(destinations, destinationColumns, MAX_SPACING),
    height,
    deviceLabel,
    destinationLabel,
    deviceColumns,
    destinationColumns,
    deviceColumnWidth,
    destinationColumnWidth,
    deviceX: -total / 2 + deviceColumns * deviceColumnWidth - deviceHalf,
    destinationX:
      total / 2 - destinationColumns * destinationColumnWidth + destinationHalf,
  };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
