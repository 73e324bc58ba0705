import { isJsonObject, type Json } from "../base/json.ts";
import { registeredSecrets, SHORTEST_SECRET } from "../task/registered-secrets.ts";

/** Stands where a secret stood. */
export const MASK = "[secret]";

/** A line of a secret that has several is masked by itself from this length on: logs are written line by line. */
const SHORTEST_LINE = 8;

/** Takes the registered secrets and those of one run out of what the run writes. */
export class SecretMask {
  /** Made when there is one: most runs have none. */
  #own: Set<string> | undefined;
  #pattern: RegExp | undefined;
  /** How many secrets the pattern is made of; they only become more. */
  #size = 0;

  /** The texts of a secret are masked from now on; those that are too short to be told from ordinary text are not. */
  add(secret: Json): void {
    if (typeof secret === "string") {
      if (secret.length < SHORTEST_SECRET) return;
      this.#own ??= new Set();
      this.#own.add(secret);
    } else if (typeof secret === "number") this.add(String(secret));
    else if (Array.isArray(secret)) for (const part of secret) this.add(part);
    else if (isJsonObject(secret)) for (const part of Object.values(secret)) this.add(part);
  }

  get isEmpty(): boolean {
    return this.#own === undefined && registeredSecrets().size === 0;
  }

  text(text: string): string {
    const pattern = this.#current();
    return pattern === undefined ? text : text.replace(pattern, MASK);
  }

  /** The same value where it holds none. */
  json(value: Json): Json {
    return this.#current() === undefined ? value : this.#masked(value);
  }

  #masked(value: Json): Json {
    if (typeof value === "string") return this.text(value);
    if (Array.isArray(value)) return value.map((part: Json) => this.#masked(part));
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [this.text(key), this.#masked(part)]));
  }

  #current(): RegExp | undefined {
    const registered = registeredSecrets();
    const size = (this.#own?.size ?? 0) + registered.size;
    if (size !== this.#size) {
      this.#size = size;
      const forms = new Set([...(this.#own ?? []), ...registered].flatMap(formsOf));
      // The longest first: one secret may be the beginning of another.
      const sorted = [...forms].sort((a, b) => b.length - a.length);
      this.#pattern = new RegExp(sorted.map(escaped).join("|"), "g");
    }
    return this.#pattern;
  }
}

/** A secret as it is, and as it stands in JSON, in an address, in base64, and line by line. */
function formsOf(secret: string): string[] {
  const lines = secret.split(/\r?\n/).filter((line) => line.length >= SHORTEST_LINE);
  return [
    secret,
    ...(lines.length > 1 || secret.includes("\n") ? lines : []),
    JSON.stringify(secret).slice(1, -1),
    addressForm(secret),
    Buffer.from(secret).toString("base64"),
  ];
}

function addressForm(secret: string): string {
  try {
    return encodeURIComponent(secret);
  } catch {
    // A lone surrogate.
    return secret;
  }
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
