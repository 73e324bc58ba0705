import { createHmac, timingSafeEqual } from "node:crypto";
import { canonicalJson, isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import type { Origin, RecordRule } from "./run.ts";

/** The header of hyoshi's own. */
export const SEAL_HEADER = "hyoshi";
const VERSION = 1;

/** What a message of ours says beyond Celery's words. Believed only with the project's key: whoever can write to the broker could say it. */
export interface Sealed {
  /** Its row was written before it was published: with no row, the run is over and was purged. */
  readonly recorded?: true;
  /** The rest is for the row that the claim writes where the sender's own has not been written yet. */
  readonly origin?: Origin;
  readonly queuedAt?: number;
  readonly onLost?: "fail";
  readonly record?: RecordRule;
  /** How the arguments are kept: one input, that travelled as the keyword arguments or as the one positional argument. */
  readonly input?: "kwargs" | "args";
}

/** Signs what hyoshi's own processes say of their messages. */
export class MessageSeal {
  readonly #key: () => Promise<string>;
  #known: string | undefined;

  /** @param key the project's; asked for once, when it is first needed */
  constructor(key: () => Promise<string>) {
    this.#key = key;
  }

  /** To be waited for before the first message. */
  async ready(): Promise<void> {
    this.#known ??= await this.#key();
  }

  /** The header for a message. */
  write(message: { readonly id: string; readonly task: string }, sealed: Sealed): JsonObject {
    const said = { v: VERSION, ...sealed } as unknown as JsonObject;
    return { ...said, mac: this.#mac(message, said) };
  }

  /** What the header of a message says; nothing where it has none, or one that nobody with the key wrote for this id and task. */
  read(message: { readonly id: string; readonly task: string }, header: Json | undefined): Sealed | undefined {
    if (!isJsonObject(header ?? null)) return undefined;
    const { mac, ...said } = header as JsonObject;
    if (said.v !== VERSION || typeof mac !== "string") return undefined;
    const expected = Buffer.from(this.#mac(message, said));
    const given = Buffer.from(mac);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    return said as unknown as Sealed;
  }

  #mac({ id, task }: { readonly id: string; readonly task: string }, said: JsonObject): string {
    if (this.#known === undefined) throw new Error("the seal's key is not known yet: wait for ready()");
    return createHmac("sha256", this.#known)
      .update(canonicalJson([id, task, said]))
      .digest("base64url")
      .slice(0, 32);
  }
}
