// SPDX-License-Identifier: BSD-3-Clause
// The view on the picture: where its origin is on the screen and how large it is drawn. Pure.

import { enlarge, type Frame } from "./metrics.ts";

export interface Camera {
  x: number;
  y: number;
  k: number;
}

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export const ZOOM_MIN = 0.15;
export const ZOOM_MAX = 4;

// `foot` is kept free below, for the legend. With `least` the picture may be higher than the frame and begins at its
// top, but never wider.
export function fit(
  box: Box,
  whole: Frame,
  margin: number,
  foot = 0,
  least = 0,
): Camera {
  const frame = { width: whole.width, height: whole.height - foot };
  const width = Math.max(box.right - box.left, 1);
  const height = Math.max(box.bottom - box.top, 1);
  const most = Math.max(1.15, enlarge(whole));
  const k = Math.min(
    (frame.width - margin * 2) / width,
    (frame.height - margin * 2) / height,
    most,
  );
  const wide = Math.min((frame.width - margin * 2) / width, least);
  if (k >= wide) return centre(box, frame, Math.max(k, ZOOM_MIN));
  return {
    ...centre(box, frame, Math.max(wide, ZOOM_MIN)),
    y: margin - box.top * wide,
  };
}

function centre(box: Box, frame: Frame, k: number): Camera {
  return {
    k,
    x: frame.width / 2 - ((box.left + box.right) / 2) * k,
    y: frame.height / 2 - ((box.top + box.bottom) / 2) * k,
  };
}

// The point under the pointer stays under the pointer.
export function zoomAt(
  camera: Camera,
  x: number,
  y: number,
  factor: number,
): Camera {
  const k = Math.min(Math.max(camera.k * factor, ZOOM_MIN), ZOOM_MAX);
  const ratio = k / camera.k;
  return { k, x: x - (x - camera.x) * ratio, y: y - (y - camera.y) * ratio };
}

export function pan(camera: Camera, dx: number, dy: number): Camera {
  return { k: camera.k, x: camera.x + dx, y: camera.y + dy };
}

export function toWorld(
  camera: Camera,
  x: number,
  y: number,
): { x: number; y: number } {
  return { x: (x - camera.x) / camera.k, y: (y - camera.y) / camera.k };
}

export function mix(a: Camera, b: Camera, t: number): Camera {
  return {
    x: a.x + (b.x - a.x) * t,
    y: a.y + (b.y - a.y) * t,
    k: a.k + (b.k - a.k) * t,
  };
}
