// SPDX-License-Identifier: BSD-3-Clause
// Icons as strokes on a 24 × 24 grid. They always stand beside a word or carry a label.

export const paths = {
  monitor:
    "M4 12h3m10-6h3M17 12h3m-3 6h3M7 12c6 0 5-6 10-6M7 12h10M7 12c6 0 5 6 10 6",
  blocked: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M5.8 5.8l12.4 12.4",
  allowed: "M5 12.5l4.5 4.5L19 7.5",
  ignored:
    "M3 3l18 18M10 6.2A10 10 0 0 1 21 12a15 15 0 0 1-2.5 3M6.3 7.6A14 14 0 0 0 3 12s3.3 6 9 6c1.4 0 2.600-.3 3.700-.8",
  eye: "M3 12s3.300-6 9-6 9 6 9 6-3.300 6-9 6-9-6-9-6m9-2.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5",
  settings: "M4 7h9m4 0h3M13 7a2 2 0 1 0 4 0 2 2 0 0 0-4 0M4 17h3m4 0h9M7 17a2 2 0 1 0 4 0 2 2 0 0 0-4 0",
  help: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M9.500 9.500a2.600 2.600 0 1 1 3.600 2.400c-.7.3-1.100.8-1.100 1.600v.4M12 17h.01",
  auto: "M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18",
  light:
    "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 2v2m0 16v2M2 12h2m16 0h2M5 5l1.500 1.500M17.500 17.500L19 19M19 5l-1.500 1.500M6.500 17.500L5 19",
  dark: "M20 14.500A8.500 8.500 0 0 1 9.500 4a8.500 8.500 0 1 0 10.500 10.500",
  graph: "M6 12h0M18 6h0M18 18h0M6 12l12-6M6 12l12 6",
  table: "M4 5h16v14H4zM4 10h16M4 14.500h16M10 10v9",
  search: "M11 5a6 6 0 1 0 0 12 6 6 0 0 0 0-12m4.500 10.500L20 20",
  close: "M6 6l12 12M18 6L6 18",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  fit: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  tidy: "M5 6h5M5 12h5M5 18h5M14 6h5M14 12h5M14 18h5",
  lock: "M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3",
  unlock: "M6 11h12v9H6zM8.500 11V7.500a3.500 3.500 0 0 1 6.800-1",
  rename: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  remove: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  undo: "M9 6L4 11l5 5M4 11h10a5 5 0 0 1 0 10h-2",
  leave: "M14 4h5v16h-5M4 12h10m-4-4l4 4-4 4",
  up: "M12 19V5m-6 6l6-6 6 6",
  down: "M12 5v14m-6-6l6 6 6-6",
  pause: "M9 6v12M15 6v12",
  play: "M8 5l11 7-11 7z",
  chevron: "M9 5l7 7-7 7",
  warn: "M12 4L2.500 20h19zM12 10v4.500M12 17.500h.01",
  home: "M4 11l8-7 8 7M6 9.500V20h12V9.500",
  recent: "M3 12h4l3-7 4 14 3-7h4",
  older: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16M12 8v4.500l3 2",
  dns: "M9 9.200a3 3 0 1 1 4.200 2.700c-.8.4-1.200 1-1.200 1.900v.5M12 18h.01",
  chip: "M7 7h10v10H7zM10 3v4m4-4v4m-4 10v4m4-4v4M3 10h4m-4 4h4m10-4h4m-4 4h4",
  tv: "M3 6h18v11H3zM8 20.500h8",
  phone: "M8 3h8v18H8zM11 18h2",
  laptop: "M5 6h14v9H5zM2.500 18.500h19",
  camera:
    "M12 4a6 6 0 1 0 0 12 6 6 0 0 0 0-12m0 4a2 2 0 1 0 0 4 2 2 0 0 0 0-4M8 20.500h8M12 16v4.500",
  printer: "M7 9V4h10v5M5 9h14v7H5zM8 14h8v6H8z",
  speaker: "M7 3h10v18H7zM12 11a3 3 0 1 0 0 6 3 3 0 0 0 0-6M12 7h.01",
  light_bulb:
    "M9 17h6M10 20h4M8.500 14.500a5.500 5.500 0 1 1 7 0c-.6.500-.8 1.300-.8 2.500H9.300c0-1.200-.2-2-.8-2.500",
  meter: "M12 5a8 8 0 0 0-7 12h14a8 8 0 0 0-7-12m0 8l3.500-4",
  plug: "M9 3v5m6-5v5M6.500 8h11v3a5.500 5.500 0 0 1-11 0zM12 16.500V21",
  console:
    "M7 8h10a5 5 0 0 1 1 9.500L15.500 15h-7L6 17.500A5 5 0 0 1 7 8M8.500 10v3M7 11.500h3",
  gateway: "M4 13h16v6H4zM8 16h.01M12 16h5M12 13V9M8.500 7.500a5 5 0 0 1 7 0",
  watch: "M8 7h8v10H8zM9 7l.5-4h5L15 7M9 17l.5 4h5l.5-4",
  vacuum: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16M12 8.500h.01M4.300 14h15.400",
  speech: "M4 5h16v11h-8l-4.500 4v-4H4zM8 9h8M8 12.500h5",
  globe:
    "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M3 12h18M12 3c3 3 3.800 6 3.800 9s-.8 6-3.800 9c-3-3-3.800-6-3.800-9s.8-6 3.800-9",
  disk: "M5 4h14v16H5zM5 14h14M9 17h.01",
} as const;

export type IconName = keyof typeof paths;

export function Icon({
  name,
  class: extra,
}: {
  name: IconName;
  class?: string;
}) {
  return (
    <svg
      class={`icon ${extra ?? ""}`}
      viewBox="0 0 24 24"
      aria-hidden="true"
      focusable="false"
    >
      <path d={paths[name]} />
    </svg>
  );
}

const kinds: [RegExp, IconName][] = [
  [/\b(tv|television|bravia|roku|chromecast|shield|webos)\b|smart-?tv|streaming-box/i, "tv"],
  [/cam(era)?\b|doorbell|reolink|hikvision|\bring\b/i, "camera"],
  [/phone|android|pixel|galaxy|mobile|oneplus/i, "phone"],
  [/tablet|ipad|kindle/i, "phone"],
  [
    /laptop|macbook|thinkpad|notebook|desktop|computer|\bserver\b|\bpc\b|imac|workstation|surface/i,
    "laptop",
  ],
  [/print|officejet|laserjet|brother|epson|canon/i, "printer"],
  [/speaker|sonos|echo|homepod|audio|alexa/i, "speaker"],
  [/light|bulb|\bhue\b|lamp|signify|tradfri/i, "light_bulb"],
  [/thermostat|nest|tado|meter|energy|solar|inverter|heat/i, "meter"],
  [/plug|socket|shelly|tasmota|switch|tuya|kasa/i, "plug"],
  [/xbox|playstation|nintendo|console|\bps[45]\b/i, "console"],
  [/watch|\bband\b|\bscale\b/i, "watch"],
  [/vacuum|roborock|roomba|mower/i, "vacuum"],
  [/\bnas\b|synology|qnap|disk|storage/i, "disk"],
];

// From its kind, or a guess from what the device calls itself, for the picture only.
export function deviceIcon(
  side: string | undefined,
  ...words: (string | null | undefined)[]
): IconName {
  if (side === "host") return "gateway";
  for (const word of words) {
    if (!word) continue;
    const found = kinds.find(([pattern]) => pattern.test(word));
    if (found !== undefined) return found[1];
  }
  return "chip";
}
