// SPDX-License-Identifier: BSD-3-Clause
// A destination in a line: its name, which leads to all that is known of it; and countries by name.

import type { Id } from "../api/types.ts";
import { destinations } from "../live/store.ts";
import { formatRoute, to } from "../shell/route.ts";
import { language } from "../text/t.ts";

export function DestinationLink({ id, name }: { id: Id; name?: string }) {
  return (
    <a class="device-link" href={formatRoute(to("destination", id))}>
      <span>{name ?? destinations.value.get(id)?.name ?? id}</span>
    </a>
  );
}

let regions: Intl.DisplayNames | undefined;

export function countryName(code: string): string {
  regions ??= new Intl.DisplayNames(language, { type: "region" });
  try {
    return regions.of(code) ?? code;
  } catch {
    return code; // no code of a country
  }
}
