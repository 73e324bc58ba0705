/** Reads a JSON text; when it is none, quotes what it stumbles over and where. An empty `text` means that it ends too early. */
export function readJson(text: string): { value: unknown } | { at: number; text: string } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    const at = faultAt(text);
    return { at, text: at >= text.trimEnd().length ? "" : `“${text.slice(at, at + 12).split("\n")[0]}”` };
  }
}

const space = /[ \t\n\r]*/y;
const scalar =
  /"(?:[^"\\\r\n]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)/y;

/** Where a text breaks off being JSON. Browsers word the parser's message differently, and most leave the position out. */
function faultAt(text: string): number {
  let at = 0;
  const skip = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? "";
    at += found.length;
    return found;
  };
  const take = (character: string): boolean => {
    skip(space);
    if (text[at] !== character) return false;
    at += 1;
    return true;
  };
  const list = (close: string, element: () => boolean): boolean => {
    if (take(close)) return true;
    do {
      if (!element()) return false;
    } while (take(","));
    return take(close);
  };
  const member = (): boolean => {
    skip(space);
    return text[at] === '"' && skip(scalar) !== "" && take(":") && value();
  };
  const value = (): boolean => {
    skip(space);
    if (take("{")) return list("}", member);
    if (take("[")) return list("]", value);
    return skip(scalar) !== "";
  };
  value();
  skip(space);
  return at;
}
