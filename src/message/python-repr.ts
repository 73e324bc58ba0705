import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { writePythonJson } from "./python-json-write.ts";
import { literalOf, plainValue } from "./rich-value.ts";

/** Where Celery's display texts end (`argsrepr`, `kwargsrepr`, results in events). */
export const REPR_LIMIT = 1024;

export interface ReprOptions {
  /** Written in round brackets, as args are. */
  readonly tuple?: boolean;
  /** About how many characters; what is beyond is `...`. Default: all. */
  readonly limit?: number;
}

/** A value as Python shows it: `None`, `True`, `'text'`, `{'a': 1}`, `(2,)`. For display only; lists and objects more than three deep are `[...]`. */
export function pythonRepr(value: Json, options: ReprOptions = {}): string {
  const writer = new ReprWriter(options.limit ?? Number.POSITIVE_INFINITY);
  if (options.tuple === true && Array.isArray(value)) {
    writer.list("(", value, value.length === 1 ? ",)" : ")", 0);
  } else writer.value(value, 0);
  return writer.text;
}

const LEVELS = 3;

class ReprWriter {
  text = "";
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  value(value: Json, level: number): void {
    if (typeof value === "string") this.#quoted(value);
    else if (typeof value === "boolean") this.text += value ? "True" : "False";
    else if (value === null) this.text += "None";
    else if (Array.isArray(value)) this.list("[", value, "]", level);
    else if (isJsonObject(value)) this.#object(value, level);
    else this.text += writePythonJson(value);
  }

  list(open: string, list: readonly Json[], close: string, level: number): void {
    if (this.#isTooDeep(level, open, close)) return;
    this.text += open;
    for (const [index, item] of list.entries()) {
      if (this.#isFull()) break;
      if (index > 0) this.text += ", ";
      this.value(item, level + 1);
    }
    this.text += close;
  }

  #object(object: JsonObject, level: number): void {
    const literal = literalOf(object);
    const plain = plainValue(object);
    if (literal !== undefined) {
      this.text += literal;
    } else if (!isJsonObject(plain)) this.value(plain, level);
    else if (!this.#isTooDeep(level, "{", "}")) {
      this.text += "{";
      for (const [index, [key, part]] of Object.entries(object).entries()) {
        if (this.#isFull()) break;
        if (index > 0) this.text += ", ";
        this.#quoted(key);
        this.text += ": ";
        this.value(part, level + 1);
      }
      this.text += "}";
    }
  }

  #isTooDeep(level: number, open: string, close: string): boolean {
    if (level < LEVELS) return false;
    this.text += `${open}...${close}`;
    return true;
  }

  #isFull(): boolean {
    if (this.text.length < this.#limit) return false;
    this.text += ", ...";
    return true;
  }

  #quoted(text: string): void {
    const room = Math.max(this.#limit - this.text.length, 0);
    const shown = text.length > room ? `${text.slice(0, room)}...` : text;
    this.text += `'${shown.replaceAll("'", "\\'")}'`;
  }
}
