// SPDX-License-Identifier: BSD-3-Clause
// What is meant once happens once: a main button takes one press of a double one, and a key that is held one press.

export function startOnce(): void {
  addEventListener(
    "click",
    (event) => {
      if (event.detail > 1 && (event.target as Element).closest(".primary")) stop(event);
    },
    true,
  );
  addEventListener(
    "keydown",
    (event) => {
      if (event.repeat && event.key === "Enter" && !(event.target instanceof HTMLTextAreaElement))
        stop(event);
    },
    true,
  );
}

function stop(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}
