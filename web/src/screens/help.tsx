// SPDX-License-Identifier: BSD-3-Clause
// Help: one text at a time, opened at the one of the screen that it is asked from, with all others beside it.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { topicOf, topics, type Topic } from "../kit/help-link.tsx";
import { Markdown } from "../kit/markdown.tsx";
import { Page } from "../kit/page.tsx";
import { letters } from "../graph/keys.ts";
import { formatRoute, route, to } from "../shell/route.ts";
import { language, t } from "../text/t.ts";

type Book = Record<Topic, string>;

const books = {
  en: (): Promise<Book> => import("../../help/en/index.ts"),
  nl: (): Promise<Book> => import("../../help/nl/index.ts"),
  de: (): Promise<Book> => import("../../help/de/index.ts"),
};

const book = signal<Book | null>(null);
const failed = signal(false);

async function load(): Promise<void> {
  failed.value = false;
  try {
    book.value = await books[language]();
  } catch {
    failed.value = true;
  }
}

export function Screen() {
  useEffect(() => {
    if (book.peek() === null) void load();
  }, []);
  const chosen = topicOf(route.value.id ?? "");
  const texts = book.value;
  return (
    <Page>
      {texts !== null ? (
        <div class="help">
          <article>
            <Markdown text={texts[chosen]} />
            {chosen === "keyboard" && <Letters />}
          </article>
          <nav aria-label={t("help.topics")}>
            <ul>
              {topics.map((topic) => (
                <li key={topic}>
                  <a
                    href={formatRoute(to("help", topic))}
                    aria-current={topic === chosen ? "page" : undefined}
                  >
                    {titleOf(texts[topic])}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
        </div>
      ) : failed.value ? (
        <p role="alert">
          {t("load.failed")}{" "}
          <button type="button" class="plain" onClick={() => void load()}>
            {t("action.retry")}
          </button>
        </p>
      ) : (
        <p class="note">{t("screen.loading")}</p>
      )}
    </Page>
  );
}

function titleOf(text: string): string {
  return text.slice(2, text.indexOf("\n"));
}

// From the table that the graph itself obeys.
function Letters() {
  return (
    <ul>
      {Object.entries(letters).map(([letter, key]) => (
        <li key={letter}>
          <code>{letter.toUpperCase()}</code> {t(key)}
        </li>
      ))}
    </ul>
  );
}
