import { createCipheriv, createDecipheriv, createHmac } from "node:crypto";
import { HyoshiError } from "../base/error.ts";
import { isJsonObject, type Json } from "../base/json.ts";
import { isInputPayload, type Payload } from "../task/payload.ts";
import { SEALED } from "../task/sealed-text.ts";
import { declaresSecrets, mapSecrets } from "../task/secret-schema.ts";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals what tasks' schemas declare secret with the project's key, and opens it where it is executed. Sealed is how it lies in the database, travels and is
 * shown; the text says of the value only whether it is the same as before, so that comparing two versions of a periodic task goes on to mean something.
 *
 * A sealed text opens for the task alone that it was sealed for: put into another task's input, it stays shut.
 */
export class SecretSeal {
  readonly #key: () => Promise<string>;
  #keys: { readonly cipher: Buffer; readonly nonce: Buffer } | undefined;

  /** @param key the project's; asked for once, when it is first needed */
  constructor(key: () => Promise<string>) {
    this.#key = key;
  }

  /** To be waited for before anything is sealed or opened. */
  async ready(): Promise<void> {
    if (this.#keys !== undefined) return;
    const key = await this.#key();
    const derived = (use: string) => createHmac("sha256", key).update(`hyoshi secrets ${use}`).digest();
    this.#keys = { cipher: derived("cipher"), nonce: derived("nonce") };
  }

  /** {@link ready}, where the schema declares secrets; nothing else costs a look at the key. */
  async readyFor(schema: Json): Promise<void> {
    if (this.#keys === undefined && declaresSecrets(schema)) await this.ready();
  }

  /** The input with its secrets sealed; what is sealed already stays as it is. */
  sealed(task: string, schema: Json, input: Json): Json {
    return mapSecrets(schema, input, (secret) => (isSealed(secret) ? secret : this.#seal(task, secret)));
  }

  /**
   * The input with its secrets open. What lies there unsealed, as another client has sent it, stays as it is. Fails with `secret_unreadable`.
   *
   * @param found told each secret
   */
  opened(task: string, schema: Json, input: Json, found: (secret: Json) => void = () => {}): Json {
    return mapSecrets(schema, input, (secret) => {
      const open = isSealed(secret) ? this.#open(task, secret) : secret;
      found(open);
      return open;
    });
  }

  /** What `change` makes of the input that a payload holds, in whichever form. */
  static inPayload(payload: Payload, positional: readonly string[] | null, change: (input: Json) => Json): Payload {
    if (isInputPayload(payload)) return { input: change(payload.input) };
    const names = positional ?? [];
    const named = payload.args.map((value, index) => [names[index], value] as const);
    const args = named.map(([name, value]) => {
      if (name === undefined) return value;
      const changed = change({ [name]: value });
      return isJsonObject(changed) ? (changed[name] ?? null) : value;
    });
    const kwargs = change(payload.kwargs);
    return { args, kwargs: isJsonObject(kwargs) ? kwargs : payload.kwargs };
  }

  #seal(task: string, secret: Json): string {
    const { cipher: key, nonce: nonceKey } = this.#known();
    const text = Buffer.from(JSON.stringify(secret));
    // Made of the text itself: equal secrets of one task are sealed alike, and no nonce is ever used for two texts.
    const nonce = createHmac("sha256", nonceKey).update(`${task}\0`).update(text).digest().subarray(0, NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(task));
    const whole = Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
    return SEALED + whole.toString("base64url");
  }

  #open(task: string, sealed: string): Json {
    const { cipher: key } = this.#known();
    try {
      const whole = Buffer.from(sealed.slice(SEALED.length), "base64url");
      const nonce = whole.subarray(0, NONCE_BYTES);
      const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES })
        .setAAD(Buffer.from(task))
        .setAuthTag(whole.subarray(-TAG_BYTES));
      const text = Buffer.concat([decipher.update(whole.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
      return JSON.parse(text.toString()) as Json;
    } catch (cause) {
      throw new HyoshiError(
        "secret_unreadable",
        `a secret of the input of task '${task}' cannot be opened: it was sealed for another task or with another key, and has to be entered again`,
        { cause },
      );
    }
  }

  #known() {
    if (this.#keys === undefined) throw new Error("the key is not known yet: wait for ready()");
    return this.#keys;
  }
}

const isSealed = (value: Json): value is string => typeof value === "string" && value.startsWith(SEALED);
