// SPDX-License-Identifier: BSD-3-Clause
// Makes a screenshot small enough for a repository: 256 colours instead of all.
//
// Shape: 8-bit truecolour PNG in, palette PNG out; the palette holds what is used most.
// Source: PNG specification (third edition), 9.2 filters, 11.2.2 PLTE.

import { deflateSync, inflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
const COLOURS = 256;
const EXACT = 80;

export function shrink(png) {
  const { width, height, channels, pixels } = decode(png);
  const palette = choosePalette(pixels, channels);
  const rows = Buffer.alloc((width + 1) * height);
  const nearest = new Map();
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * channels;
      rows[y * (width + 1) + 1 + x] = find(
        palette,
        nearest,
        pixels[at],
        pixels[at + 1],
        pixels[at + 2],
      );
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", head),
    chunk("PLTE", Buffer.from(palette.flat())),
    chunk("IDAT", deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function decode(png) {
  const parts = [];
  let head = null;
  for (let at = SIGNATURE.length; at < png.length;) {
    const length = png.readUInt32BE(at);
    const type = png.toString("latin1", at + 4, at + 8);
    const body = png.subarray(at + 8, at + 8 + length);
    if (type === "IHDR") head = body;
    if (type === "IDAT") parts.push(body);
    at += 12 + length;
  }
  const width = head.readUInt32BE(0);
  const height = head.readUInt32BE(4);
  const channels = head[9] === 6 ? 4 : 3;
  return {
    width,
    height,
    channels,
    pixels: unfilter(
      inflateSync(Buffer.concat(parts)),
      width * channels,
      height,
      channels,
    ),
  };
}

function unfilter(raw, stride, height, channels) {
  const out = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)];
    for (let i = 0; i < stride; i++) {
      const at = y * stride + i;
      const left = i >= channels ? out[at - channels] : 0;
      const up = y > 0 ? out[at - stride] : 0;
      const corner = y > 0 && i >= channels ? out[at - stride - channels] : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][
        filter
      ];
      out[at] = (raw[y * (stride + 1) + 1 + i] + guess) & 255;
    }
  }
  return out;
}

function paeth(left, up, corner) {
  const p = left + up - corner;
  const [a, b, c] = [
    Math.abs(p - left),
    Math.abs(p - up),
    Math.abs(p - corner),
  ];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

// The most used colours as they are, then one for each cell of 16 × 16 × 16 values, so that a rare red is not lost
// among many greens.
function choosePalette(pixels, channels) {
  const used = new Map();
  for (let at = 0; at < pixels.length; at += channels) {
    const colour = (pixels[at] << 16) | (pixels[at + 1] << 8) | pixels[at + 2];
    used.set(colour, (used.get(colour) ?? 0) + 1);
  }
  const ranked = [...used]
    .sort((a, b) => b[1] - a[1])
    .map(([colour]) => colour);
  const chosen = new Set(ranked.slice(0, EXACT));
  const cells = new Set();
  for (const colour of ranked) {
    const cell = colour & 0xf0f0f0;
    if (chosen.size < COLOURS && !cells.has(cell)) chosen.add(colour);
    cells.add(cell);
  }
  return [...chosen].map((colour) => [
    colour >> 16,
    (colour >> 8) & 255,
    colour & 255,
  ]);
}

function find(palette, nearest, r, g, b) {
  const key = (r << 16) | (g << 8) | b;
  let best = nearest.get(key);
  if (best !== undefined) return best;
  let least = Infinity;
  palette.forEach(([pr, pg, pb], i) => {
    const far = (pr - r) ** 2 + (pg - g) ** 2 + (pb - b) ** 2;
    if (far < least) [least, best] = [far, i];
  });
  nearest.set(key, best);
  return best;
}

function chunk(type, body) {
  const out = Buffer.alloc(12 + body.length);
  out.writeUInt32BE(body.length, 0);
  out.write(type, 4, "latin1");
  body.copy(out, 8);
  out.writeUInt32BE(crc32(out.subarray(4, 8 + body.length)), 8 + body.length);
  return out;
}

// node 18's zlib has none.
function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++)
      crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
