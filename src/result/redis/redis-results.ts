import type { Json } from "../../base/json.ts";
import { readPythonJson } from "../../message/python-json-read.ts";
import { writePythonJson } from "../../message/python-json-write.ts";
import { decodeResult, encodeResult } from "../../message/result-record.ts";
import { failureOf, idsOf, isNested, joinChord } from "../join-chord.ts";
import type { ChordCompletion, ChordPart, ResultBackend, ResultRecord, ResultWatch } from "../result-backend.ts";
import { RedisConnection, type RedisConnectionSettings } from "./redis-connection.ts";
import { RedisWatch } from "./redis-watch.ts";
import { resultKeys } from "./result-keys.ts";
import { countChordPart, run, startChord, storeRecords } from "./scripts.ts";

export interface RedisResultsSettings extends RedisConnectionSettings {
  /** Before every key, by Celery's own rule: without a separator at its end it gets an underscore. */
  readonly keyPrefix?: string;
  /** How long results are kept; 0: without end. Default: a day. */
  readonly expiresMs?: number;
  /** Whether name, arguments, worker, retries and queue are written too. Default: false. */
  readonly extended?: boolean;
}

const DAY_MS = 86_400_000;
/** In one script, which the server executes without doing anything else. */
const RECORDS_AT_ONCE = 100;
const CHARACTERS_AT_ONCE = 1_000_000;
const KEYS_AT_ONCE = 500;

/** Celery's Redis result backend: the same keys, channels and chord counters. */
export class RedisResults implements ResultBackend {
  readonly kind = "redis";
  readonly #settings: RedisResultsSettings;
  readonly #connection: RedisConnection;
  readonly #keys;
  readonly #expires: string;

  constructor(settings: RedisResultsSettings) {
    this.#settings = settings;
    this.#connection = new RedisConnection(settings);
    this.#keys = resultKeys(settings.keyPrefix);
    this.#expires = String(Math.ceil((settings.expiresMs ?? DAY_MS) / 1000));
  }

  async store(records: readonly ResultRecord[]): Promise<void> {
    const { extended = false } = this.#settings;
    const encoded = records.map((record) => ({
      key: this.#keys.result(record.id),
      text: writePythonJson(encodeResult(record, { extended })),
    }));
    // All parts are on their way before the first answer; the connection keeps their order.
    const parts = inParts(encoded).map((part) =>
      this.#connection.ask((client) => {
        const values = [this.#expires, ...part.map(({ text }) => text)];
        return run(
          client,
          storeRecords,
          part.map(({ key }) => key),
          values,
        );
      }),
    );
    await Promise.all(parts);
  }

  async read(ids: readonly string[]): Promise<readonly (ResultRecord | undefined)[]> {
    const records: (ResultRecord | undefined)[] = [];
    for (let from = 0; from < ids.length; from += KEYS_AT_ONCE) {
      const keys = ids.slice(from, from + KEYS_AT_ONCE).map((id) => this.#keys.result(id));
      const texts = await this.#connection.ask((client) => client.mGet(keys));
      records.push(...texts.map((text) => (text === null ? undefined : decodeText(String(text)))));
    }
    return records;
  }

  watch(hear: (record: ResultRecord) => void): ResultWatch {
    return new RedisWatch({
      ...this.#settings,
      channelOf: (id) => this.#keys.result(id),
      decode: decodeText,
      read: (ids) => this.read(ids),
      hear,
    });
  }

  async startChord(groupId: string, size: number, members: readonly Json[]): Promise<void> {
    const group = this.#keys.group(groupId);
    const saved = isNested(members) ? writePythonJson({ result: [[groupId, null], members] }) : "";
    await this.#connection.ask((client) =>
      run(client, startChord, [`${group}.s`, group], [String(size), this.#expires, saved]),
    );
  }

  async chordPart({ groupId, groupIndex, record }: ChordPart): Promise<ChordCompletion> {
    const group = this.#keys.group(groupId);
    const score = groupIndex === null ? "+inf" : String(groupIndex);
    const member = writePythonJson([1, record.id, record.state, record.result]);
    const keys = [`${group}.j`, `${group}.t`, `${group}.s`, group];
    const values = [score, member, writePythonJson(record.id), this.#expires];
    const answer = await this.#connection.ask((client) => run(client, countChordPart, keys, values));
    const [counted, size, saved, members] = answer as [number, number, string, string[]];
    if (counted !== size) return { kind: "incomplete" };
    return saved === "" ? joinMembers(members) : this.#joinNested(saved);
  }

  async endChord(groupId: string): Promise<void> {
    const group = this.#keys.group(groupId);
    await this.#connection.ask((client) => client.del([`${group}.j`, `${group}.t`, `${group}.s`]));
  }

  async close(): Promise<void> {
    this.#connection.close();
  }

  /** Where groups and chords are members, the counters know only the runs; the header's shape was saved when it was sent. */
  async #joinNested(saved: string): Promise<ChordCompletion> {
    const { result } = readPythonJson(saved) as { readonly result: readonly [Json, readonly Json[]] };
    const members = result[1];
    const ids = members.flatMap(idsOf);
    const records = await this.read(ids);
    const byId = new Map(ids.map((id, index) => [id, records[index]]));
    return joinChord(members, (id) => byId.get(id));
  }
}

export function createRedisResults(settings: RedisResultsSettings): ResultBackend {
  return new RedisResults(settings);
}

function joinMembers(members: readonly string[]): ChordCompletion {
  const read = members.map((text) => readPythonJson(text) as readonly [number, string, string, Json]);
  const failed = read.find(([, , state]) => state !== "SUCCESS");
  if (failed !== undefined) return { kind: "failed", message: failureOf(failed[1], failed[3]) };
  return { kind: "complete", results: read.map(([, , , result]) => result) };
}

/** What is no record is passed over, as if nothing were known. */
function decodeText(text: string): ResultRecord | undefined {
  try {
    return decodeResult(readPythonJson(text));
  } catch {
    return undefined;
  }
}

function inParts(encoded: readonly { readonly key: string; readonly text: string }[]) {
  const parts: { readonly key: string; readonly text: string }[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const one of encoded) {
    const last = parts.at(-1);
    if (last === undefined || last.length >= RECORDS_AT_ONCE || length + one.text.length > CHARACTERS_AT_ONCE) {
      parts.push([one]);
      length = one.text.length;
    } else {
      last.push(one);
      length += one.text.length;
    }
  }
  return parts;
}
