import type { Json } from "../base/json.ts";
import { NESTING } from "./message-limits.ts";
import { keptNumber } from "./rich-value.ts";
import { unreadable } from "./unreadable.ts";

/**
 * Reads JSON as Python writes it: with NaN, Infinity and -Infinity, and with integers of any length. What JavaScript's numbers cannot hold becomes
 * a kept number (see `rich-value.ts`). Fails with `unreadable_message`: `not_json`, `too_deep`.
 */
export function readPythonJson(text: string, nesting: number = NESTING): Json {
  const needsCare = scan(text, nesting);
  try {
    return JSON.parse(needsCare ? withKeptNumbers(text) : text) as Json;
  } catch (error) {
    throw unreadable("not_json", `it is not JSON: ${(error as Error).message}`, error);
  }
}

const QUOTE = 0x22;

/** Measures the nesting, before anything is built, and answers whether there is something outside texts that `JSON.parse` would refuse or round. */
function scan(text: string, nesting: number): boolean {
  let depth = 0;
  let digits = 0;
  let needsCare = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 0x30 && code <= 0x39) {
      digits += 1;
      if (digits === 16) needsCare = true;
      continue;
    }
    digits = 0;
    if (code === QUOTE) at = endOfText(text, at);
    else if (code === 0x5b || code === 0x7b) {
      depth += 1;
      if (depth > nesting)
        throw unreadable(
          "too_deep",
          `its lists and objects lie more than ${nesting} deep in each other; at most ${nesting} are accepted`,
        );
    } else if (code === 0x5d || code === 0x7d) depth -= 1;
    // N of NaN, I of Infinity, E of an exponent; an exponent's small e comes after a digit.
    else if (code === 0x4e || code === 0x49 || code === 0x45) needsCare = true;
    else if (code === 0x65 && isDigitOrPoint(text.charCodeAt(at - 1))) needsCare = true;
  }
  return needsCare;
}

const isDigitOrPoint = (code: number) => code === 0x2e || (code >= 0x30 && code <= 0x39);

/** The place of the quote that ends the text that begins at `start`; the end of the JSON if there is none. */
function endOfText(text: string, start: number): number {
  let at = text.indexOf('"', start + 1);
  while (at !== -1) {
    let backslashes = 0;
    while (text[at - 1 - backslashes] === "\\") backslashes += 1;
    if (backslashes % 2 === 0) return at;
    at = text.indexOf('"', at + 1);
  }
  return text.length;
}

const NUMBER = /NaN|-?Infinity|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

function withKeptNumbers(text: string): string {
  let whole = "";
  for (let at = 0; at < text.length; ) {
    const quote = text.indexOf('"', at);
    const end = quote === -1 ? text.length : quote;
    whole += text.slice(at, end).replace(NUMBER, keptIfNeeded);
    at = quote === -1 ? end : endOfText(text, quote) + 1;
    whole += text.slice(end, at);
  }
  return whole;
}

/** Digits that JavaScript would write the same way are a number of its own, however large. */
function keptIfNeeded(literal: string): string {
  const value = Number(literal);
  if (/^-?\d+$/.test(literal)) return String(value) === literal ? literal : JSON.stringify(keptNumber(literal));
  if (Number.isFinite(value)) return literal;
  return JSON.stringify(keptNumber(Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity"));
}
