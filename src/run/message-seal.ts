import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto";
import type { Json } from "../base/json.ts";
import type { Origin, RecordRule } from "./run.ts";

/** The header of hyoshi's own. */
export const SEAL_HEADER = "hyoshi";
/** `1.<mac>.<what is said, as JSON>`: the very text is signed, and not what it means. */
const VERSION = "1";
const MAC_LENGTH = 32;
const PREFIX = `${VERSION}.`;
const SAID_FROM = PREFIX.length + MAC_LENGTH + 1;

/** What a message of ours says beyond Celery's words. Believed only with the project's key: whoever can write to the broker could say it. */
export interface Sealed {
  /** Its row was written before it was published: with no row, the run is over and was purged. */
  readonly recorded?: true;
  /** The rest is for the row that the claim writes where the sender's own has not been written yet. */
  readonly origin?: Origin;
  readonly queuedAt?: number;
  readonly onLost?: "fail";
  readonly record?: RecordRule;
  readonly detached?: true;
  /** How the arguments are kept: one input, that travelled as the keyword arguments or as the one positional argument. */
  readonly input?: "kwargs" | "args";
}

/** Signs what hyoshi's own processes say of their messages. */
export class MessageSeal {
  readonly #key: () => Promise<string>;
  #known: KeyObject | undefined;

  /** @param key the project's; asked for once, when it is first needed */
  constructor(key: () => Promise<string>) {
    this.#key = key;
  }

  /** To be waited for before the first message. */
  async ready(): Promise<void> {
    this.#known ??= createSecretKey(await this.#key(), "utf8");
  }

  /** The header for a message. */
  write(message: { readonly id: string; readonly task: string }, sealed: Sealed): string {
    const said = JSON.stringify(sealed);
    return `${VERSION}.${this.#mac(message, said)}.${said}`;
  }

  /** What the header of a message says; nothing where it has none, or one that nobody with the key wrote for this id and task. */
  read(message: { readonly id: string; readonly task: string }, header: Json | undefined): Sealed | undefined {
    if (typeof header !== "string" || !header.startsWith(PREFIX)) return undefined;
    const said = header.slice(SAID_FROM);
    const given = Buffer.from(header.slice(PREFIX.length, SAID_FROM));
    const expected = Buffer.from(`${this.#mac(message, said)}.`);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    return JSON.parse(said) as Sealed;
  }

  #mac({ id, task }: { readonly id: string; readonly task: string }, said: string): string {
    if (this.#known === undefined) throw new Error("the seal's key is not known yet: wait for ready()");
    // Neither an id nor a task's name may hold a line's end, so that no two messages are signed with one text.
    const text = `${id}\n${task}\n${said}`;
    return createHmac("sha256", this.#known).update(text).digest("base64url").slice(0, MAC_LENGTH);
  }
}
