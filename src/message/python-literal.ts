import type { Json } from "../base/json.ts";

class NoLiteral extends Error {}

/**
 * The value of a Python literal as JSON: what `repr` writes of None, booleans, numbers, texts, lists, tuples, sets and dicts with keys of text or
 * number. Undefined for anything else, such as what was shortened to `...`.
 */
export function parsePythonLiteral(text: string): Json | undefined {
  const reader = new LiteralReader(text);
  try {
    return reader.whole();
  } catch (error) {
    if (error instanceof NoLiteral) return undefined;
    throw error;
  }
}

const WORDS: Readonly<Record<string, Json>> = { None: null, True: true, False: false };
const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  a: "\u0007",
  b: "\b",
  f: "\f",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
  "\n": "",
};
const DEEPEST = 100;

class LiteralReader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Json {
    const value = this.#value();
    this.#space();
    if (this.#at < this.#text.length) throw new NoLiteral();
    return value;
  }

  #value(): Json {
    this.#space();
    const next = this.#text[this.#at];
    if (next === "(" || next === "[" || next === "{") return this.#nested(next);
    if (next === "'" || next === '"' || /^u['"]/.test(this.#text.slice(this.#at, this.#at + 2))) return this.#string();
    const word = this.#match(/None\b|True\b|False\b/y);
    if (word !== undefined) return WORDS[word] ?? null;
    const number = this.#match(/[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?L?/y);
    const value = Number(number?.replace(/L$/, ""));
    if (number === undefined || !Number.isFinite(value)) throw new NoLiteral();
    return value;
  }

  #nested(open: "(" | "[" | "{"): Json {
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw new NoLiteral();
    this.#at += 1;
    const value = open === "{" ? this.#dict() : this.#list(open === "(" ? ")" : "]");
    this.#depth -= 1;
    return value;
  }

  #list(close: string): Json {
    const values: Json[] = [];
    for (;;) {
      if (this.#take(close)) return values;
      values.push(this.#value());
      if (this.#take(",")) continue;
      this.#expect(close);
      return values;
    }
  }

  /** A dict, or a set, which JSON has as a list. */
  #dict(): Json {
    if (this.#take("}")) return {};
    const first = this.#value();
    if (!this.#take(":")) {
      if (this.#take("}")) return [first];
      this.#expect(",");
      const rest = this.#list("}");
      return [first, ...(rest as readonly Json[])];
    }
    const entries: [string, Json][] = [];
    for (let key = first; ; key = this.#value()) {
      if (entries.length > 0) this.#expect(":");
      if (typeof key !== "string" && typeof key !== "number") throw new NoLiteral();
      entries.push([String(key), this.#value()]);
      if (this.#take("}")) return Object.fromEntries(entries);
      this.#expect(",");
      if (this.#take("}")) return Object.fromEntries(entries);
    }
  }

  #string(): string {
    this.#match(/u/y);
    const quote = this.#text[this.#at] ?? "";
    this.#at += 1;
    let value = "";
    for (;;) {
      const next = this.#text[this.#at];
      this.#at += 1;
      if (next === undefined || next === "\n") throw new NoLiteral();
      if (next === quote) return value;
      value += next === "\\" ? this.#escape() : next;
    }
  }

  #escape(): string {
    const code = this.#match(/x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}/y);
    if (code !== undefined) {
      const point = Number.parseInt(code.slice(1), 16);
      if (point > 0x10ffff) throw new NoLiteral();
      return String.fromCodePoint(point);
    }
    const next = this.#text[this.#at] ?? "";
    this.#at += 1;
    return ESCAPES[next] ?? `\\${next}`;
  }

  #space(): void {
    this.#match(/\s+/y);
  }

  #take(mark: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== mark) return false;
    this.#at += 1;
    return true;
  }

  #expect(mark: string): void {
    if (!this.#take(mark)) throw new NoLiteral();
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined || found === "") return undefined;
    this.#at += found.length;
    return found;
  }
}
