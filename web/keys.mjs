// SPDX-License-Identifier: BSD-3-Clause
// Calls sentences by number where the scripts write their keys in full: neither scripts nor catalogues then hold those
// keys, which is a tenth of what they are together, compressed. Pure.
//
// Shape: a key has a number when it is written as a literal, and no key that is put together can be it. A literal that
// is compared is a word of somebody else's that may only look like a key: it keeps its letters.

// An empty one too: else the quote that ends it would begin the next.
const LITERAL = /(===? |case |=)?"((?:[^"\\\n]|\\.)*)"/g;
const MADE = /`([a-z]+\.[^`]*\$\{[^`]*)/g;
const KNOWN = /\bknown\(\s*"([^"]+)"/g;

// What a template may come to: anything, where it puts something in.
function madeBy(template) {
  const parts = template.split(/\$\{[^}]*\}/).map((part) => part.replace(/\W/g, "\\$&"));
  return new RegExp(`^${parts.join(".+")}$`);
}

// Of these keys those that go by number, counted from 0 in this order.
export function numberKeys(keys, sources) {
  const text = sources.join("\n");
  const written = new Set();
  const compared = new Set();
  for (const [, before = "", key] of text.matchAll(LITERAL))
    (before.endsWith(" ") ? compared : written).add(key);
  const made = [
    ...[...text.matchAll(MADE)].map(([, template]) => template),
    ...[...text.matchAll(KNOWN)].map(([, prefix]) => `${prefix}.\${}`),
  ].map(madeBy);
  const sole = (key) => written.has(key) && !compared.has(key) && !made.some((one) => one.test(key));
  return new Map(keys.filter(sole).map((key, i) => [key, i]));
}

export function writeNumbers(source, numbers) {
  return source.replace(LITERAL, (whole, before = "", key) => {
    if (!numbers.has(key)) return whole;
    const number = numbers.get(key);
    return before === "=" ? `={${number}}` : `${before}${number}`;
  });
}
