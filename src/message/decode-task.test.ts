import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { expect, it } from "vitest";
import { isHyoshiError } from "../base/error.ts";
import type { Json, JsonObject } from "../base/json.ts";
import { decodeTask } from "./decode-task.ts";
import { encodeTask } from "./encode-task.ts";
import type { Envelope } from "./envelope.ts";
import type { TaskMessage } from "./task-message.ts";

const headers = { lang: "py", task: "proj.add", id: "a1" };
const embed = { callbacks: null, errbacks: null, chain: null, chord: null };

const envelopeOf = (body: Json | Uint8Array, more: JsonObject = {}, contentType = "application/json"): Envelope => ({
  headers: { ...headers, ...more },
  properties: { contentType, contentEncoding: "utf-8" },
  body: body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body)),
});

it("takes every header but task and id for optional", () => {
  expect(decodeTask(envelopeOf([[1], { a: 2 }, embed]))).toEqual({
    id: "a1",
    task: "proj.add",
    args: [1],
    kwargs: { a: 2 },
    embed: {},
    retries: 0,
    headers: {},
  });
});

it("keeps the caller's own headers, and none that belong to one journey", () => {
  const more = {
    trace: { a: [1] },
    "x-death": [{}],
    "x-first-death-queue": "q",
    redelivered: true,
    stamps: {},
    other: null,
  };
  expect(decodeTask(envelopeOf([[], {}, embed], more)).headers).toEqual({ trace: { a: [1] }, other: null });
});

it("takes the headers' word where a body of protocol 1 has another", () => {
  const body = {
    task: "old",
    id: "old",
    args: [1],
    kwargs: {},
    retries: 3,
    callbacks: [{ task: "proj.cb" }],
    taskset: "g",
  };
  expect(decodeTask(envelopeOf(body, { retries: 4, eta: null }))).toMatchObject({
    id: "a1",
    task: "proj.add",
    retries: 4,
    groupId: "g",
    embed: { callbacks: [{ task: "proj.cb" }] },
  });
});

it("reads times of protocol 1 in UTC, and refuses local ones, whose zone it does not say", () => {
  const body = { task: "proj.add", id: "a1", args: [], kwargs: {}, eta: "2031-02-03T04:05:06" };
  const read = (utc: boolean) => decodeTask({ ...envelopeOf({ ...body, utc }), headers: {} });
  expect(read(true).eta).toBe(Date.UTC(2031, 1, 3, 4, 5, 6));
  expect(() => read(false)).toThrow("set enable_utc = True in Celery");
});

it.each([
  ["application/x-gzip", deflateSync],
  ["application/x-gzip", gzipSync],
  ["application/x-brotli", brotliCompressSync],
  ["application/zstd", zstdCompressSync],
])("reads a body compressed as %s (%o)", (compression, compress) => {
  const body = compress(Buffer.from(JSON.stringify([["x".repeat(1000)], {}, embed])));
  expect(decodeTask(envelopeOf(body, { compression })).args).toEqual(["x".repeat(1000)]);
  const bomb = compress(Buffer.alloc(1_000_000, " "));
  expect(reasonOf(envelopeOf(bomb, { compression }), { bodyBytes: 100_000 })).toBe("too_large");
  expect(reasonOf(envelopeOf(body.subarray(0, body.length - 3), { compression }))).toBe("compression");
});

it.each([
  [envelopeOf([[], {}, embed], {}, "application/x-python-serialize"), "content_type", "pickle"],
  [envelopeOf([[], {}, embed], {}, "application/x-yaml"), "content_type", "yaml"],
  [envelopeOf([[], {}, embed], {}, "application/x-msgpack"), "content_type", "msgpack"],
  [envelopeOf([[], {}, embed], {}, ""), "content_type", "has no content type"],
  [envelopeOf([[], {}, embed], { compression: "application/x-bz2" }), "compression", "'application/x-bz2'"],
  [envelopeOf([[], {}, embed], { compression: "application/x-lzma" }), "compression", 'task_compression = "zlib"'],
  [envelopeOf(Buffer.from([0xff, 0xfe])), "not_json", "UTF-8"],
  [envelopeOf(Buffer.from("[[1],")), "not_json", "it is not JSON"],
  [envelopeOf(Buffer.from("[".repeat(700))), "too_deep", "at most 600"],
  [envelopeOf(Buffer.alloc(17 * 1024 * 1024)), "too_large", "17825792 bytes"],
  [envelopeOf([[], {}, embed], { task: null }), "no_task", "names no task"],
  [envelopeOf([[], {}, embed], { task: "" }), "no_task", "accepted is a name"],
  [envelopeOf([[], {}, embed], { task: "a\u0000b" }), "no_task", "accepted is a name"],
  [envelopeOf([[], {}, embed], { id: null }), "no_id", "its id is 'null'"],
  [envelopeOf([[], {}, embed], { id: "x".repeat(256) }), "no_id", "1 to 255"],
  [envelopeOf({}), "protocol", "[args, kwargs, embed]"],
  [envelopeOf("text"), "protocol", "[args, kwargs, embed]"],
  [envelopeOf([[]]), "protocol", "[args, kwargs, embed]"],
  [envelopeOf([1, {}, embed]), "protocol", "its 'args' is '1'"],
  [envelopeOf([[], [], embed]), "protocol", "its 'kwargs' is '[]'"],
  [envelopeOf([[], {}, { chain: [1] }]), "protocol", "its 'chain' holds '1'"],
  [envelopeOf([[], {}, { chord: { task: "a", options: 1 } }]), "protocol", "'chord: options' is '1'"],
  [envelopeOf([[], {}, embed], { eta: "soon" }), "protocol", "its 'eta' is 'soon'"],
  [envelopeOf([[], {}, embed], { retries: "1" }), "protocol", "its 'retries' is '1'"],
  [envelopeOf([[], {}, embed], { timelimit: [",", null] }), "protocol", "[hard, soft]"],
  [envelopeOf([[], {}, embed], { parent_id: "\u0000" }), "protocol", "its 'parent_id'"],
])("refuses what it cannot read, and says why: %#", (envelope, reason, words) => {
  expect(reasonOf(envelope)).toBe(reason);
  expect(() => decodeTask(envelope)).toThrow(words);
});

it("looks through signatures to their end", () => {
  const chord = {
    task: "celery.chord",
    subtask_type: "chord",
    kwargs: { header: [{ task: "a" }, { args: [] }], body: { task: "b" } },
  };
  expect(() => decodeTask(envelopeOf([[], {}, { chain: [chord] }]))).toThrow("its 'chain: header' holds");
});

const text = fc
  .string({ minLength: 1, maxLength: 30, unit: "grapheme" })
  .filter((id) => !/\p{Cc}/u.test(id) && id.isWellFormed());
const json = fc.jsonValue().map((value) => value as Json);
const signature = fc.record({ task: text, args: fc.array(json, { maxLength: 3 }), options: fc.constant({}) });
const instant = fc.integer({ min: 0, max: Date.UTC(9999, 0, 1) });
const signatures = fc.array(signature, { maxLength: 3 });

const messages: fc.Arbitrary<TaskMessage> = fc.record(
  {
    id: text,
    task: text,
    args: fc.array(json, { maxLength: 4 }),
    kwargs: fc.dictionary(fc.string(), json),
    embed: fc.record(
      { callbacks: signatures, errbacks: signatures, chain: signatures, chord: signature },
      { requiredKeys: [] },
    ),
    eta: instant,
    expires: instant,
    retries: fc.nat(),
    groupId: text,
    groupIndex: fc.integer(),
    rootId: text,
    parentId: text,
    timeLimit: fc.record({ hard: fc.integer({ min: 1 }), soft: fc.integer({ min: 1 }) }),
    shadow: fc.string(),
    ignoreResult: fc.boolean(),
    replyTo: text,
    headers: fc.dictionary(
      fc.string().map((name) => `own_${name}`),
      json,
    ),
    argsRepr: fc.string(),
    kwargsRepr: fc.string(),
  },
  { requiredKeys: ["id", "task", "args", "kwargs", "embed", "retries", "headers"] },
);

it("reads what it writes", () => {
  fc.assert(
    fc.property(messages, (message) => {
      const read = decodeTask(encodeTask(message, { origin: "gen1@host" }));
      const { argsRepr, kwargsRepr, rootId, origin: _origin, ...rest } = read;
      expect(rootId).toBe(message.rootId ?? message.id);
      expect([typeof argsRepr, typeof kwargsRepr]).toEqual(["string", "string"]);
      const { argsRepr: _args, kwargsRepr: _kwargs, rootId: _root, ...sent } = message;
      expect(rest).toEqual(sent);
      expect(encodeTask(read, { origin: "gen1@host" })).toEqual(encodeTask(message, { origin: "gen1@host" }));
    }),
  );
});

const names = fc.constantFrom(
  "task",
  "id",
  "eta",
  "expires",
  "retries",
  "group",
  "timelimit",
  "compression",
  "stamps",
  "shadow",
);
const anyHeaders = fc
  .dictionary(fc.oneof(names, fc.string()), fc.oneof(json, text))
  .map((all) => ({ ...headers, ...all }));
const bodies = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  json.map((value) => Buffer.from(JSON.stringify(value))),
  fc
    .tuple(json, json, fc.dictionary(fc.constantFrom("callbacks", "errbacks", "chain", "chord"), json))
    .map((parts) => Buffer.from(JSON.stringify(parts))),
);
const contentTypes = fc.oneof(
  { weight: 9, arbitrary: fc.constant("application/json") },
  { weight: 1, arbitrary: fc.string() },
);

it("fails with nothing but unreadable_message, whatever it is given", () => {
  fc.assert(
    fc.property(anyHeaders, bodies, contentTypes, (given, body, contentType) => {
      try {
        decodeTask({ headers: given as JsonObject, properties: { contentType, contentEncoding: "" }, body });
      } catch (error) {
        if (!isHyoshiError(error, "unreadable_message")) throw error;
      }
    }),
    { numRuns: 1000 },
  );
});

function reasonOf(envelope: Envelope, limits = {}): unknown {
  try {
    decodeTask(envelope, limits);
  } catch (error) {
    if (isHyoshiError(error, "unreadable_message")) return error.fields.reason;
    throw error;
  }
  return undefined;
}
