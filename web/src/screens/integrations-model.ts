// SPDX-License-Identifier: BSD-3-Clause
// What one writes on the other side of an integration. Pure.

const snippets: Record<string, (host: string, scheme: string) => string> = {
  prometheus: (host, scheme) => `scrape_configs:
  - job_name: spin
    scheme: ${scheme}
    authorization: {credentials: TOKEN}  # Access, a token that may read figures
    static_configs: [{targets: ["${host}"]}]`,
  mqtt: () => "mosquitto_sub -h BROKER -t 'spin/#' -v",
  eve: () => `tail -F FILE | jq -c 'select(.event_type == "alert")'`,
  ipfix: () => "nfcapd -p 4739 -w /var/lib/nfcapd  # nfdump -R /var/lib/nfcapd",
};

export function snippetOf(name: string, origin: string): string | null {
  const { host, protocol } = new URL(origin);
  return snippets[name]?.(host, protocol.replace(":", "")) ?? null;
}
