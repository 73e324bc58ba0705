/**
 * Finds parts of a JSON text and leaves the rest as it is. What others have written is handed on byte for byte: reading it into JavaScript and writing it
 * again would round their integers and turn their 1.0 into 1.
 */

/** Where the value that begins at `from` ends; undefined where the text is no JSON there. The value itself is only skipped, not checked. */
export function endOfValue(text: string, from: number): number | undefined {
  const first = text[from];
  if (first === '"') return endOfText(text, from);
  if (first !== "{" && first !== "[") {
    const literal = /[^\s,\]}]+/y;
    literal.lastIndex = from;
    return literal.test(text) ? literal.lastIndex : undefined;
  }
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') {
      const end = endOfText(text, at);
      if (end === undefined) return undefined;
      at = end - 1;
    } else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}

/** The position right after the brace that opens the object under a path of keys; of a key that stands there twice, the last one, as readers have it. */
export function insideObject(text: string, path: readonly string[]): number | undefined {
  let at = skipSpace(text, 0);
  for (const key of path) {
    const value = memberOf(text, at, key);
    if (value === undefined) return undefined;
    at = value;
  }
  return text[at] === "{" ? at + 1 : undefined;
}

function memberOf(text: string, object: number, wanted: string): number | undefined {
  if (text[object] !== "{") return undefined;
  let found: number | undefined;
  for (let at = skipSpace(text, object + 1); text[at] === '"'; ) {
    const endOfKey = endOfText(text, at);
    if (endOfKey === undefined) return found;
    const key: unknown = JSON.parse(text.slice(at, endOfKey));
    const colon = skipSpace(text, endOfKey);
    const value = skipSpace(text, colon + 1);
    if (key === wanted) found = value;
    const end = endOfValue(text, value);
    if (end === undefined) return found;
    const comma = skipSpace(text, end);
    if (text[comma] !== ",") return found;
    at = skipSpace(text, comma + 1);
  }
  return found;
}

/** Writes a member in front of the others of an object. */
export function insertMember(text: string, inside: number, member: string): string {
  const isEmpty = text[skipSpace(text, inside)] === "}";
  return `${text.slice(0, inside)}${member}${isEmpty ? "" : ", "}${text.slice(inside)}`;
}

export function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && " \t\n\r".includes(text[at] as string)) at += 1;
  return at;
}

function endOfText(text: string, from: number): number | undefined {
  for (let at = from + 1; ; at += 1) {
    const quote = text.indexOf('"', at);
    if (quote === -1) return undefined;
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === "\\") backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
    at = quote;
  }
}
