import type { Json } from "../base/json.ts";
import { literalOf } from "./rich-value.ts";

/**
 * JSON in the bytes in which Python writes the same value: with a space after comma and colon, in ASCII. Readers do not mind, but some places compare:
 * the members of a chord are counted in a set of such texts, where one that ran twice, here and on a Python worker, must be one member.
 */
export function writePythonJson(value: Json): string {
  if (typeof value === "string") return writeText(value);
  if (typeof value === "number") return writeNumber(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return writeList(value);
  return writeObject(value as { readonly [key: string]: Json });
}

function writeList(list: readonly Json[]): string {
  let text = "[";
  for (let index = 0; index < list.length; index += 1) {
    if (index > 0) text += ", ";
    text += writePythonJson(list[index] ?? null);
  }
  return `${text}]`;
}

function writeObject(object: { readonly [key: string]: Json }): string {
  const literal = literalOf(object);
  if (literal !== undefined) return literal;
  let text = "{";
  for (const key of Object.keys(object)) {
    const part = object[key];
    if (part === undefined) continue;
    if (text.length > 1) text += ", ";
    text += `${writeText(key)}: ${writePythonJson(part)}`;
  }
  return `${text}}`;
}

/** Python escapes DEL as well. */
const BEYOND_ASCII = /[\u007f-\uffff]/;

function writeText(value: string): string {
  const text = JSON.stringify(value);
  if (!BEYOND_ASCII.test(text)) return text;
  return text.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Numbers are written alike down to 0.0001; below it Python has an exponent of at least two digits. What is not finite has no JSON. */
function writeNumber(value: number): string {
  if (!Number.isFinite(value)) return "null";
  if (Object.is(value, -0)) return "-0.0";
  if (value === 0 || Math.abs(value) >= 1e-4) return String(value);
  return value.toExponential().replace(/e-(\d)$/, "e-0$1");
}
