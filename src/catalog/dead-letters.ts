import { gunzipSync, inflateSync } from "node:zlib";
import { HyoshiError } from "../base/error.ts";
import type { Json } from "../base/json.ts";
import type { Page } from "../base/page.ts";
import { readPythonJson } from "../message/python-json-read.ts";
import type { DeadLetter, DeadLetterStore } from "../run/dead-letter-store.ts";
import type { CatalogParts } from "./catalog-parts.ts";

/** A refused message as people read it. */
export interface SeenDeadLetter extends DeadLetter {
  /** What was kept is not all of it. */
  readonly isCut: boolean;
  /** The body as JSON, where it can be read so. */
  readonly decoded?: Json;
  /** The body's beginning as text, where it is text. */
  readonly text?: string;
}

/** So much of a body is shown, after decompression too. */
const SHOWN_BYTES = 256 * 1024;
const PRIORITY = 5;

/** Messages that were refused: what they were, and what can be done with them. */
export class DeadLetters {
  readonly #parts: CatalogParts;

  constructor(parts: CatalogParts) {
    this.#parts = parts;
  }

  /** The newest first. Fails with `invalid_cursor`. */
  list(query: Parameters<DeadLetterStore["list"]>[0]): Promise<Page<DeadLetter>> {
    return this.#parts.deadLetters.list(query);
  }

  /** Fails with `not_found`. */
  async get(id: number): Promise<SeenDeadLetter> {
    const letter = await this.#find(id);
    return { ...letter, isCut: keptOf(letter).length < letter.bodyBytes, ...readable(letter) };
  }

  /** Fails with `not_found`. */
  async remove(id: number): Promise<void> {
    if ((await this.#parts.deadLetters.remove([id])) === 0) throw noLetter(id);
  }

  /**
   * Puts the message as it came into its queue once more, and removes the letter when the broker has it. Fails with `not_found`,
   * `dead_letter_cut` (not all of it was kept), `no_remote_control` (there is no broker) and `broker_refused`.
   */
  async sendAgain(id: number): Promise<void> {
    const { broker, deadLetters } = this.#parts;
    const letter = await this.#find(id);
    const body = keptOf(letter);
    if (body.length < letter.bodyBytes) {
      throw new HyoshiError(
        "dead_letter_cut",
        `dead letter ${id} cannot be sent again: of its ${letter.bodyBytes} bytes the first ${body.length} were kept`,
      );
    }
    if (broker === undefined) {
      throw new HyoshiError(
        "no_remote_control",
        "the project's broker is its database: there is no queue to put it into",
      );
    }
    const { queue, headers, properties } = letter;
    const [answer] = await broker.publish([{ queue, priority: PRIORITY, envelope: { headers, properties, body } }]);
    if (answer !== "confirmed") {
      throw new HyoshiError(
        "broker_refused",
        `the broker did not take dead letter ${id} for queue '${queue}': ${answer}`,
      );
    }
    await deadLetters.remove([id]);
  }

  async #find(id: number): Promise<DeadLetter> {
    const letter = await this.#parts.deadLetters.find(id);
    if (letter === undefined) throw noLetter(id);
    return letter;
  }
}

const keptOf = ({ body }: Pick<DeadLetter, "body">): Buffer => Buffer.from(body, "base64");

/** As far as it can be shown: never fails, since most of these are here because they cannot be read. */
function readable(letter: DeadLetter): { decoded?: Json; text?: string } {
  const bytes = decompressed(keptOf(letter), letter.headers.compression)?.subarray(0, SHOWN_BYTES);
  if (bytes === undefined) return {};
  const text = textOf(bytes);
  if (text === undefined) return {};
  try {
    return { decoded: readPythonJson(text), text };
  } catch {
    return { text };
  }
}

function decompressed(bytes: Buffer, compression: Json | undefined): Buffer | undefined {
  if (compression === undefined || compression === null) return bytes;
  if (compression !== "application/x-gzip" && compression !== "gzip" && compression !== "zlib") return undefined;
  try {
    const limits = { maxOutputLength: SHOWN_BYTES };
    return bytes[0] === 0x1f ? gunzipSync(bytes, limits) : inflateSync(bytes, limits);
  } catch {
    return undefined;
  }
}

function textOf(bytes: Buffer): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    // Control characters, but for those that part lines and columns, are no text that anybody could read.
    return /(?![\t\n\r])\p{Cc}/u.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

function noLetter(id: number): HyoshiError {
  return new HyoshiError("not_found", `there is no dead letter with the id ${id}`, {
    fields: { id, text: { en: "There is no such message any more.", ja: "このメッセージはもうありません。" } },
  });
}
