import { describe, expect, it } from "vitest";
import { readHeaderFrame } from "./header-frame.ts";

const HEADERS_ONLY = 0x2000;

/** A content-header frame whose headers are these bytes. */
function frame(table: Buffer, { flags = HEADERS_ONLY, length = table.length } = {}): Buffer {
  const payload = Buffer.alloc(18 + table.length);
  payload.writeUInt16BE(60, 0);
  payload.writeBigUInt64BE(7n, 4);
  payload.writeUInt16BE(flags, 12);
  payload.writeUInt32BE(length, 14);
  table.copy(payload, 18);
  const head = Buffer.from([2, 0, 9, 0, 0, 0, 0]);
  head.writeUInt32BE(payload.length, 3);
  return Buffer.concat([head, payload, Buffer.from([0xce])]);
}

const field = (name: string, value: Buffer) => Buffer.concat([Buffer.from([name.length]), Buffer.from(name), value]);
const long = (tag: string, value: bigint) => {
  const bytes = Buffer.alloc(9);
  bytes.write(tag);
  bytes.writeBigInt64BE(value, 1);
  return bytes;
};
const headersOf = (table: Buffer) => readHeaderFrame(frame(table))?.fields.headers;

describe("readHeaderFrame", () => {
  it("reads the 64-bit integers that Python writes", () => {
    const table = Buffer.concat([field("at", long("L", 4_102_444_800_000n)), field("minus", long("L", -5n))]);
    expect(readHeaderFrame(frame(table))).toEqual({
      id: 60,
      channel: 9,
      size: 7,
      fields: { headers: { at: 4_102_444_800_000, minus: -5 } },
    });
  });

  it("reads every type that RabbitMQ knows", () => {
    const table = Buffer.concat([
      field("void", Buffer.from("V")),
      field("yes", Buffer.from("t\x01")),
      field("byte", Buffer.from([0x62, 0xff])),
      field("ubyte", Buffer.from([0x42, 0xff])),
      field("short", Buffer.from([0x73, 0xff, 0xfe])),
      field("ushort", Buffer.from([0x75, 0xff, 0xfe])),
      field("int", Buffer.from([0x49, 0xff, 0xff, 0xff, 0xfd])),
      field("uint", Buffer.from([0x69, 0xff, 0xff, 0xff, 0xfd])),
      field("long", long("l", 1n << 40n)),
      field("time", long("T", 1_800_000_000n)),
      field("float", Buffer.from("663fc00000", "hex")),
      field("double", Buffer.from("643fe0000000000000", "hex")),
      field("decimal", Buffer.from("4402000004e2", "hex")),
      field("text", Buffer.from("S\0\0\0\x06拍子")),
      field("bytes", Buffer.from("7800000002abcd", "hex")),
      field("array", Buffer.from("41000000027401", "hex")),
      field("table", Buffer.concat([Buffer.from("F\0\0\0\x03"), field("a", Buffer.from("V"))])),
    ]);
    expect(headersOf(table)).toEqual({
      void: null,
      yes: true,
      byte: -1,
      ubyte: 255,
      short: -2,
      ushort: 65_534,
      int: -3,
      uint: 4_294_967_293,
      long: 2 ** 40,
      time: { "!": "timestamp", value: 1_800_000_000 },
      float: 1.5,
      double: 0.5,
      decimal: { "!": "decimal", value: { places: 2, digits: 1_250 } },
      text: "拍子",
      bytes: Buffer.from("abcd", "hex"),
      array: [true],
      table: { a: null },
    });
  });

  it("keeps what came before a type that nobody knows", () => {
    const table = Buffer.concat([
      field("task", Buffer.from("S\0\0\0\x01a")),
      field("odd", Buffer.from("?1234")),
      field("lost", Buffer.from("V")),
    ]);
    expect(headersOf(table)).toEqual({ task: "a" });
  });

  it("keeps what there is of a table whose length is wrong", () => {
    expect(readHeaderFrame(frame(Buffer.from("x"), { length: 4_000_000_000 }))?.fields).toEqual({});
    expect(headersOf(Buffer.from([200, 65]))).toEqual({});
  });

  it("survives tables in tables in tables", () => {
    let table = Buffer.from("\x01aV");
    for (let depth = 0; depth < 20_000; depth += 1) {
      const head = Buffer.from("\x01aF\0\0\0\0");
      head.writeUInt32BE(table.length, 3);
      table = depth < 10_000 ? Buffer.concat([head, table]) : table;
    }
    expect(headersOf(table)).toBeTypeOf("object");
  });

  it("leaves other frames alone, and those that are not whole", () => {
    const whole = frame(field("a", Buffer.from("V")));
    expect(readHeaderFrame(whole.subarray(0, whole.length - 3))).toBeUndefined();
    expect(readHeaderFrame(whole.subarray(0, 5))).toBeUndefined();
    expect(readHeaderFrame(Buffer.concat([Buffer.from([1]), whole.subarray(1)]))).toBeUndefined();
  });
});
