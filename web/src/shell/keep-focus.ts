// SPDX-License-Identifier: BSD-3-Clause
// Where the keyboard goes when what it stood on goes away: to what took its place, else to the next thing that can be
// pressed, else back to where it was before; on another screen, to that screen's begin.
//
// Shape: one observer for the whole page, so that no screen has to think of it. Only after a key: a hand looks where it
// presses, and a phone would open its keyboard.

const CAN = "a[href], button, input, select, textarea, summary, [tabindex='0']";
const PLACES = ["dialog", ".drawer", "main"];

let byKey = false;
let stood: HTMLElement | null = null;
let around: Element[] = [];
// The last thing in each place.
const before = new Map<string, HTMLElement>();

export function startFocus(): void {
  addEventListener("keydown", () => (byKey = true), true);
  addEventListener("pointerdown", () => (byKey = false), true);
  addEventListener("focusin", ({ target }) => note(target as HTMLElement));
  new MutationObserver(mend).observe(document.body, {
    childList: true,
    subtree: true,
    attributeFilter: ["disabled"],
  });
}

// From the rail into the screen that it opened, without a walk through the rest of it.
export function enterScreen(): void {
  if (byKey && document.activeElement?.closest(".rail")) main()?.focus();
}

function note(target: HTMLElement): void {
  stood = target;
  around = [];
  for (let up = target.parentElement; up !== null; up = up.parentElement)
    around.push(up);
  for (const place of PLACES)
    if (target.closest(place) !== null) before.set(place, target);
}

function mend(records: readonly MutationRecord[]): void {
  if (!byKey || stood === null || document.activeElement !== document.body)
    return;
  // Sorted elsewhere, enabled again, or drawn anew: it is the same thing.
  const same = stood.isConnected ? stood : document.getElementById(stood.id);
  (same ?? next(records) ?? was() ?? main())?.focus();
}

function next(records: readonly MutationRecord[]): HTMLElement | undefined {
  const left = around.findIndex((one) => one.isConnected);
  const parent = around[left];
  const place = parent?.closest(PLACES.join());
  // Another screen begins at its begin.
  if (!parent || !place || parent.matches("main")) return undefined;
  const gone = around[left - 1] ?? stood!;
  const cut = records.find(({ removedNodes }) => [...removedNodes].includes(gone));
  const fresh = records.flatMap(({ target, addedNodes }) =>
    target === parent ? [...addedNodes] : [],
  );
  const after = cut?.nextSibling?.isConnected ? cut.nextSibling : null;
  const all = [...place.querySelectorAll<HTMLElement>(CAN)].filter(
    (one) => !one.matches(":disabled") && one.checkVisibility(),
  );
  return (
    all.find((one) => fresh.some((node) => node.contains(one))) ??
    all.find((one) =>
      after === null
        ? follows(parent, one) && !parent.contains(one)
        : after.contains(one) || follows(after, one),
    ) ??
    all.at(-1)
  );
}

function follows(a: Node, b: Node): boolean {
  return (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
}

function was(): HTMLElement | undefined {
  return [".drawer", "main"]
    .map((place) => before.get(place))
    .find((one) => one?.isConnected);
}

function main(): HTMLElement | null {
  return document.getElementById("main");
}
