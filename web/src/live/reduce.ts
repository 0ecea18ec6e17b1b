// SPDX-License-Identifier: BSD-3-Clause
// What the browser knows: a snapshot, then one pure function per event name.
//
// Shape: a world is never changed, only replaced; untouched maps keep their identity, so views that read them stay
// still. While a snapshot arrives in chunks the old world stays visible and the new one grows in `incoming`.

import type {
  Alert,
  Destination,
  Device,
  Health,
  Id,
  Rule,
} from "../api/types.ts";
import type { Stats } from "../api/system-types.ts";

export interface Collections {
  devices: ReadonlyMap<Id, Device>;
  destinations: ReadonlyMap<Id, Destination>;
  rules: ReadonlyMap<Id, Rule>;
}

export interface World extends Collections {
  ready: boolean;
  generation: number;
  stats: Stats | null;
  health: Health | null;
  alerts: readonly Alert[];
  lost: number;
  incoming: Collections | null;
}

const nothing: Collections = {
  devices: new Map(),
  destinations: new Map(),
  rules: new Map(),
};

export const emptyWorld: World = {
  ...nothing,
  ready: false,
  generation: 0,
  stats: null,
  health: null,
  alerts: [],
  lost: 0,
  incoming: null,
};

const ALERTS_KEPT = 20;

interface Items<T> {
  items?: T[];
}
interface SnapshotData {
  devices?: Device[];
  destinations?: Destination[];
  rules?: Rule[];
}
interface SnapshotEndData {
  generation?: number;
  health?: Health;
}
interface DeviceData extends Items<Device> {
  removed?: Id[];
}
interface RuleData extends Items<Rule> {
  removed?: Id[];
  generation?: number;
}

type Reducer = (world: World, data: never) => World;

export const reducers = {
  snapshot: (world: World, data: SnapshotData): World => ({
    ...world,
    incoming: {
      devices: merge(world.incoming?.devices ?? nothing.devices, data.devices),
      destinations: merge(
        world.incoming?.destinations ?? nothing.destinations,
        data.destinations,
      ),
      rules: merge(world.incoming?.rules ?? nothing.rules, data.rules),
    },
  }),
  snapshot_end: (world: World, data: SnapshotEndData): World => ({
    ...world,
    ...(world.incoming ?? nothing),
    incoming: null,
    ready: true,
    generation: data.generation ?? world.generation,
    health: data.health ?? world.health,
  }),
  device: (world: World, data: DeviceData): World =>
    everywhere(world, (c) => ({
      ...c,
      devices: without(merge(c.devices, data.items), data.removed),
    })),
  destination: (world: World, data: Items<Destination>): World =>
    everywhere(world, (c) => ({
      ...c,
      destinations: merge(c.destinations, data.items),
    })),
  rule: (world: World, data: RuleData): World => ({
    ...everywhere(world, (c) => ({
      ...c,
      rules: without(merge(c.rules, data.items), data.removed),
    })),
    generation: data.generation ?? world.generation,
  }),
  alert: (world: World, data: Items<Alert>): World => ({
    ...world,
    alerts: [...(data.items ?? []), ...world.alerts].slice(0, ALERTS_KEPT),
  }),
  stats: (world: World, data: Stats): World => ({
    ...world,
    stats: data,
    generation: data.generation ?? world.generation,
  }),
  gap: (world: World, data: { lost?: number }): World => ({
    ...world,
    lost: world.lost + (data.lost ?? 0),
    incoming: null,
  }),
  // Screens ask for what they show of these.
  notification: (world: World): World => world,
  audit: (world: World): World => world,
  provider: (world: World): World => world,
  flow: (world: World): World => world,
} satisfies Record<string, Reducer>;

export type EventName = keyof typeof reducers;

export const eventNames = Object.keys(reducers) as EventName[];

export function reduce(world: World, name: EventName, data: unknown): World {
  const reducer = reducers[name] as (world: World, data: unknown) => World;
  return reducer(world, data);
}

// A delta that overtakes the end of a snapshot counts in both worlds.
function everywhere(
  world: World,
  change: (c: Collections) => Collections,
): World {
  const { devices, destinations, rules } = change(world);
  const incoming = world.incoming === null ? null : change(world.incoming);
  return { ...world, devices, destinations, rules, incoming };
}

function merge<T extends { id: Id }>(
  map: ReadonlyMap<Id, T>,
  items: T[] | undefined,
): ReadonlyMap<Id, T> {
  if (items === undefined || items.length === 0) return map;
  const next = new Map(map);
  for (const item of items) next.set(item.id, item);
  return next;
}

function without<T>(
  map: ReadonlyMap<Id, T>,
  ids: Id[] | undefined,
): ReadonlyMap<Id, T> {
  if (ids === undefined || !ids.some((id) => map.has(id))) return map;
  const next = new Map(map);
  for (const id of ids) next.delete(id);
  return next;
}
