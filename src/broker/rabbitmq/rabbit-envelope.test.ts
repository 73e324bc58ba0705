import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../base/json.ts";
import type { Envelope } from "../../message/envelope.ts";
import { fromFieldTable, toFieldTable } from "./field-table.ts";
import { readHeaderFrame } from "./header-frame.ts";
import { envelopeOf, priorityOf, publishOptions } from "./rabbit-envelope.ts";

interface Sample {
  readonly sample: string;
  readonly size: number;
  readonly hex: string;
  readonly properties: {
    readonly content_type: string;
    readonly content_encoding: string;
    readonly application_headers: JsonObject;
    readonly delivery_mode: 1 | 2;
    readonly priority: number;
    readonly correlation_id?: string;
    readonly reply_to?: string;
    readonly expiration?: string;
  };
}

const fixture = new URL("../../../test/fixtures/celery-amqp/content-headers.json", import.meta.url);
const samples = JSON.parse(readFileSync(fileURLToPath(fixture), "utf8")) as readonly Sample[];

/** The driver's own writer, which it keeps to itself. */
const require = createRequire(import.meta.url);
const { encodeProperties } = require(join(dirname(require.resolve("amqplib")), "lib/defs.js")) as {
  encodeProperties(id: number, channel: number, size: number, fields: object): Buffer;
};
const MESSAGES = 60;

function frameOf(payload: Buffer): Buffer {
  const head = Buffer.from([2, 0, 1, 0, 0, 0, 0]);
  head.writeUInt32BE(payload.length, 3);
  return Buffer.concat([head, payload, Buffer.from([0xce])]);
}

function envelopeIn({ properties }: Sample): Envelope {
  const { correlation_id, reply_to, expiration } = properties;
  return {
    headers: properties.application_headers,
    properties: {
      contentType: properties.content_type,
      contentEncoding: properties.content_encoding,
      ...(correlation_id !== undefined && { correlationId: correlation_id }),
      ...(reply_to !== undefined && { replyTo: reply_to }),
      deliveryMode: properties.delivery_mode,
      ...(expiration !== undefined && { expirationMs: Number(expiration) }),
    },
    body: Buffer.alloc(0),
  };
}

/** As the driver hands up what `hex` says. */
function message(hex: string) {
  const frame = readHeaderFrame(frameOf(Buffer.from(hex, "hex")));
  return { frame, properties: (frame?.fields ?? {}) as never, content: Buffer.alloc(0) };
}

describe("Celery's own messages", () => {
  it.each(samples.map((sample, index) => ({ ...sample, name: `${index} ${sample.sample}` })))(
    "are read as Celery wrote them, and written byte for byte: $name",
    (sample) => {
      const read = message(sample.hex);
      expect(read.frame).toMatchObject({ id: MESSAGES, channel: 1, size: sample.size });
      expect(envelopeOf(read)).toEqual(envelopeIn(sample));
      expect(priorityOf(read)).toBe(sample.properties.priority);
      // What RabbitMQ has added to a dead letter has times, which we never write.
      if ("x-death" in sample.properties.application_headers) return;
      const written = encodeProperties(
        MESSAGES,
        1,
        sample.size,
        publishOptions(envelopeIn(sample), sample.properties.priority),
      );
      // Python's `L` for 64 bits is one that the driver cannot write: to RabbitMQ and py-amqp its `l` is the same.
      const expected = sample.hex.replace(/(05785f626967)4c/, "$16c");
      expect(written.subarray(7, -1).toString("hex")).toBe(expected);
    },
  );
});

describe("headers", () => {
  const bytesOf = (headers: JsonObject) =>
    encodeProperties(MESSAGES, 1, 0, { headers: toFieldTable(headers) })
      .subarray(7, -1)
      .toString("hex");

  it.each([
    [0, "4900000000"],
    [-1, "49ffffffff"],
    [127, "490000007f"],
    [128, "4900000080"],
    [300, "490000012c"],
    [32_768, "4900008000"],
    [2_147_483_647, "497fffffff"],
    [-2_147_483_648, "4980000000"],
    [2_147_483_648, "6c0000000080000000"],
    [-2_147_483_649, "6cffffffff7fffffff"],
    [4_102_444_800_000, "6c000003bb2cc3d800"],
    [0.5, "643fe0000000000000"],
    [1e300, "647e37e43c8800759c"],
  ])("write the number %d with the type that every py-amqp reads", (value, hex) => {
    expect(bytesOf({ a: value })).toMatch(new RegExp(`0161${hex}$`));
    expect(bytesOf({ a: { b: [value] } })).toMatch(new RegExp(`${hex}$`));
  });

  it("write an object that looks like one of the driver's typed values as the object that it is", () => {
    const headers = { own: { "!": "int16", value: 300 }, list: [{ "!": "no such type" }] };
    const read = message(bytesOf(headers));
    expect(envelopeOf(read).headers).toEqual(headers);
  });

  it("keep keys that objects have of their own", () => {
    const headers = JSON.parse('{"__proto__": {"a": 1}, "constructor": "x", "toString": null}') as JsonObject;
    const read = envelopeOf(message(bytesOf(headers))).headers;
    expect(JSON.stringify(read)).toBe(JSON.stringify(headers));
  });

  it("are null where JSON has no word, texts where they are bytes, and numbers where they are times and decimals", () => {
    expect(
      fromFieldTable({
        nothing: Number.NaN,
        text: Buffer.from("拍子"),
        bytes: Buffer.from([0xff, 0xfe]),
        time: { "!": "timestamp", value: 1_800_000_000 },
        price: { "!": "decimal", value: { places: 2, digits: 1_250 } },
      }),
    ).toEqual({ nothing: null, text: "拍子", bytes: "//4=", time: 1_800_000_000, price: 12.5 });
  });

  it("end at a depth that no header of Celery's has", () => {
    let deep: object = {};
    for (let depth = 0; depth < 20_000; depth += 1) deep = { deep };
    expect(JSON.stringify(fromFieldTable(deep)).length).toBeLessThan(2_000);
  });
});

describe("a message of which things are missing", () => {
  it("is handed up with what it has", () => {
    expect(envelopeOf({ properties: {} as never, content: Buffer.from("x") })).toEqual({
      headers: {},
      properties: { contentType: "", contentEncoding: "" },
      body: Buffer.from("x"),
    });
    const odd = { deliveryMode: 7, priority: 200, expiration: "soon", contentType: 5 } as never;
    expect(envelopeOf({ properties: odd, content: Buffer.alloc(0) }).properties).toEqual({
      contentType: "",
      contentEncoding: "",
    });
    expect(priorityOf({ properties: odd })).toBe(9);
    expect(priorityOf({ properties: {} as never })).toBe(0);
  });
});

describe("an expiry", () => {
  it("stays within what RabbitMQ accepts", () => {
    const expirationOf = (expirationMs: number) =>
      publishOptions(
        { headers: {}, properties: { contentType: "", contentEncoding: "", expirationMs }, body: Buffer.alloc(0) },
        0,
      ).expiration;
    expect(expirationOf(1_500.7)).toBe("1500");
    expect(expirationOf(-5)).toBe("0");
    expect(expirationOf(1e15)).toBe("4294967295");
  });
});
