// SPDX-License-Identifier: BSD-3-Clause
// Pointer Events into pan, pinch, wheel zoom, drag of a node and tap: mouse, pen and finger alike.
//
// Units: CSS pixels, relative to the picture.

export interface GestureHooks {
  pan(dx: number, dy: number): void;
  zoom(x: number, y: number, factor: number): void;
  drag(id: string, x: number, y: number): void;
  drop(): void;
  // The node goes back to where it was taken from.
  giveBack(): void;
  // `more`: beside what was pressed before.
  tap(id: string, more: boolean): void;
  // What a hand that presses nothing is over.
  over(id: string | null): void;
  // The line at a place where nothing else is.
  find(x: number, y: number): string | null;
  reset(): void;
}

const SLOP = 5;

interface Point {
  x: number;
  y: number;
}

export class Gestures {
  private readonly pointers = new Map<number, Point>();
  private target: string | null = null;
  private start: Point = { x: 0, y: 0 };
  private moved = false;

  constructor(
    private readonly surface: HTMLElement,
    private readonly hooks: GestureHooks,
  ) {
    surface.addEventListener("pointerdown", this.down);
    surface.addEventListener("pointermove", this.move);
    surface.addEventListener("pointerup", this.up);
    surface.addEventListener("pointercancel", this.cancel);
    surface.addEventListener("click", this.click);
    surface.addEventListener("wheel", this.wheel, { passive: false });
    surface.addEventListener("dblclick", this.double);
    addEventListener("keydown", this.key, true);
  }

  stop(): void {
    this.surface.removeEventListener("pointerdown", this.down);
    this.surface.removeEventListener("pointermove", this.move);
    this.surface.removeEventListener("pointerup", this.up);
    this.surface.removeEventListener("pointercancel", this.cancel);
    this.surface.removeEventListener("click", this.click);
    this.surface.removeEventListener("wheel", this.wheel);
    this.surface.removeEventListener("dblclick", this.double);
    removeEventListener("keydown", this.key, true);
  }

  private at(event: MouseEvent): Point {
    const box = this.surface.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  private hit(event: MouseEvent): string | null {
    const element = (event.target as Element).closest<SVGElement>("[data-hit]");
    const { x, y } = this.at(event);
    return element?.dataset["hit"] ?? this.hooks.find(x, y);
  }

  private down = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    const point = this.at(event);
    this.pointers.set(event.pointerId, point);
    this.surface.setPointerCapture(event.pointerId);
    if (this.pointers.size > 1) {
      // Two fingers hold no node: the one that stays would pull it to itself.
      this.target = null;
      this.hooks.drop();
      this.moved = true;
      return;
    }
    this.target = this.hit(event);
    this.hooks.over(this.target);
    this.start = point;
    this.moved = false;
  };

  private move = (event: PointerEvent): void => {
    const before = this.pointers.get(event.pointerId);
    if (before === undefined) {
      this.hooks.over(this.hit(event));
      return;
    }
    const point = this.at(event);
    if (this.pointers.size >= 2) {
      this.pinch(event.pointerId, before, point);
      return;
    }
    if (
      !this.moved &&
      Math.hypot(point.x - this.start.x, point.y - this.start.y) < SLOP
    )
      return;
    this.moved = true;
    this.pointers.set(event.pointerId, point);
    if (isNode(this.target)) this.hooks.drag(this.target, point.x, point.y);
    else this.hooks.pan(point.x - before.x, point.y - before.y);
  };

  private pinch(id: number, before: Point, point: Point): void {
    const other = [...this.pointers].find(([pointer]) => pointer !== id)?.[1];
    this.pointers.set(id, point);
    if (other === undefined) return;
    const was = Math.hypot(before.x - other.x, before.y - other.y);
    const is = Math.hypot(point.x - other.x, point.y - other.y);
    this.hooks.pan((point.x - before.x) / 2, (point.y - before.y) / 2);
    if (was > 0)
      this.hooks.zoom(
        (point.x + other.x) / 2,
        (point.y + other.y) / 2,
        is / was,
      );
  }

  private up = (event: PointerEvent): void => {
    if (this.pointers.delete(event.pointerId) && this.pointers.size === 0)
      this.hooks.drop();
  };

  // A press acts at its click and not at its pointerup: what opens under a finger must not get the click that follows.
  // A click without a pointer comes from assistive technology.
  private click = (event: MouseEvent): void => {
    const element = (event.target as Element).closest<SVGElement>("[data-hit]");
    const target =
      event.detail === 0 ? (element?.dataset["hit"] ?? null) : this.target;
    const pressed = event.detail === 0 || !this.moved;
    this.target = null;
    const more = event.shiftKey || event.ctrlKey || event.metaKey;
    if (pressed && target !== null) this.hooks.tap(target, more);
  };

  private cancel = (event: PointerEvent): void => {
    this.pointers.delete(event.pointerId);
    this.target = null;
    this.hooks.drop();
  };

  // The hand is empty until it presses anew: what it moved over after that is neither dragged nor pressed. Escape means
  // the drag, and not what else is open.
  private key = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || !this.moved || !isNode(this.target)) return;
    if (this.pointers.size === 0) return;
    event.preventDefault();
    event.stopPropagation();
    this.pointers.clear();
    this.target = null;
    this.hooks.giveBack();
  };

  private wheel = (event: WheelEvent): void => {
    event.preventDefault();
    const { x, y } = this.at(event);
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const step = Math.max(-240, Math.min(240, event.deltaY * unit));
    this.hooks.zoom(x, y, Math.exp(-step * (event.ctrlKey ? 0.01 : 0.0022)));
  };

  private double = (event: MouseEvent): void => {
    if (this.hit(event) === null) this.hooks.reset();
  };
}

// A line has the ids of both its ends.
function isNode(id: string | null): id is string {
  return id !== null && !id.includes("~");
}
