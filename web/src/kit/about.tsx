// SPDX-License-Identifier: BSD-3-Clause
// A word that explains itself: pressed, it says what the thing is, why one should care, and what to do.
//
// Shape: <About sort="service" thing="mqtt" /> is the word itself as a button; with `mark` it is a "?" beside a word
// that stands there already. Where nothing is known of a thing it is the plain word, or nothing.

import { useEffect, useRef, useState } from "preact/hooks";
import { about, type Sort, type Words } from "../text/about.ts";
import { screensSpoken, t } from "../text/t.ts";

export function About(props: {
  sort: Sort;
  thing: string;
  name?: string;
  mark?: boolean;
}) {
  const { sort, thing, name = thing, mark = false } = props;
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const words = screensSpoken.value ? about(sort, thing) : null;
  if (words === null) return mark ? null : <>{name}</>;
  return (
    <>
      <button
        ref={button}
        type="button"
        class={mark ? "about-mark" : "about-word"}
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-label={mark ? t("about.label", { name }) : undefined}
        title={mark ? undefined : t("about.label", { name })}
        onClick={(event) => {
          event.stopPropagation();
          setOpen(!open);
        }}
      >
        {mark ? "?" : name}
      </button>
      {open && (
        <Card
          name={name}
          words={words}
          beside={button.current}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

const GAP = 6;
const EDGE = 8;

function Card(props: {
  name: string;
  words: Words;
  beside: HTMLElement | null;
  onClose: () => void;
}) {
  const { name, words, beside } = props;
  const card = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const own = card.current;
    if (own === null || beside === null) return;
    own.showPopover();
    const at = beside.getBoundingClientRect();
    const left = Math.min(at.left, innerWidth - own.offsetWidth - EDGE);
    const below = at.bottom + GAP + own.offsetHeight < innerHeight - EDGE;
    const top = below ? at.bottom + GAP : at.top - GAP - own.offsetHeight;
    own.style.left = `${Math.max(EDGE, left)}px`;
    own.style.top = `${Math.max(EDGE, top)}px`;
  }, []);
  return (
    <span
      ref={card}
      class="about-card"
      popover="auto"
      role="dialog"
      aria-label={name}
      tabIndex={-1}
      autofocus
      onClick={(event) => event.stopPropagation()}
      onKeyDown={(event) => {
        // Esc closes this, and not what is beneath.
        event.stopPropagation();
        if (event.key === "Escape") {
          event.preventDefault();
          card.current?.hidePopover();
        }
      }}
      onToggle={(event) => {
        if (event.newState === "closed") props.onClose();
      }}
    >
      <strong>{name}</strong>
      <span>{words.what}</span>
      <span>
        <b>{t("about.why")}</b> {words.why}
      </span>
      <span>
        <b>{t("about.todo")}</b> {words.todo}
      </span>
    </span>
  );
}
