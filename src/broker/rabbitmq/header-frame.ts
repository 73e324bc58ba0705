/** What the driver makes of a message's content-header frame. */
export interface HeaderFrame {
  /** AMQP's class of messages. */
  readonly id: number;
  readonly channel: number;
  /** Of the body that follows. */
  readonly size: number;
  readonly fields: { readonly [property: string]: unknown };
}

const HEADER_FRAME = 2;
/** The properties in the order of their flags, from the highest bit. */
const PROPERTIES = [
  ["contentType", "text"],
  ["contentEncoding", "text"],
  ["headers", "table"],
  ["deliveryMode", "octet"],
  ["priority", "octet"],
  ["correlationId", "text"],
  ["replyTo", "text"],
  ["expiration", "text"],
  ["messageId", "text"],
  ["timestamp", "instant"],
  ["type", "text"],
  ["userId", "text"],
  ["appId", "text"],
  ["clusterId", "text"],
] as const;

/**
 * Reads the content-header frame that `bytes` begin with; undefined if it is another one, or not whole. The driver's own reader throws at types of
 * fields that it does not know, such as the `L` in which Python writes integers beyond 32 bits: its connection is gone then, the message is delivered
 * again, and so on for ever. This one never throws: of a table that it cannot read to its end it keeps what came before.
 */
export function readHeaderFrame(bytes: Buffer): HeaderFrame | undefined {
  if (bytes.length < 7 || bytes.readUInt8(0) !== HEADER_FRAME) return;
  const size = bytes.readUInt32BE(3);
  if (size < 14 || bytes.length < 7 + size) return;
  const payload = bytes.subarray(7, 7 + size);
  return {
    id: payload.readUInt16BE(0),
    channel: bytes.readUInt16BE(1),
    size: Number(payload.readBigUInt64BE(4)),
    fields: readProperties(new Reader(payload, 12)),
  };
}

function readProperties(reader: Reader): { [property: string]: unknown } {
  const fields: { [property: string]: unknown } = {};
  const flags = reader.unsigned(2);
  try {
    PROPERTIES.forEach(([name, kind], index) => {
      if ((flags & (0x8000 >> index)) === 0) return;
      if (kind === "text") fields[name] = reader.text(reader.unsigned(1));
      else if (kind === "octet") fields[name] = reader.unsigned(1);
      else if (kind === "instant") fields[name] = reader.long();
      else fields[name] = readTable(reader.part(reader.unsigned(4)));
    });
  } catch {
    // Cut short: what is there is all there is.
  }
  return fields;
}

function readTable(reader: Reader): { [key: string]: unknown } {
  const table: { [key: string]: unknown } = Object.create(null);
  try {
    while (!reader.atEnd) {
      const key = reader.text(reader.unsigned(1));
      table[key] = readValue(reader);
    }
  } catch {
    // A type that nobody has written down: where its value ends is unknown, and so is all that follows.
  }
  return table;
}

function readValue(reader: Reader): unknown {
  const tag = String.fromCharCode(reader.unsigned(1));
  switch (tag) {
    case "V":
      return null;
    case "t":
      return reader.unsigned(1) !== 0;
    case "b":
      return reader.signed(1);
    case "B":
      return reader.unsigned(1);
    case "s":
    case "U":
      return reader.signed(2);
    case "u":
      return reader.unsigned(2);
    case "I":
      return reader.signed(4);
    case "i":
      return reader.unsigned(4);
    case "l":
    case "L":
      return reader.long();
    case "T":
      return { "!": "timestamp", value: reader.long() };
    case "f":
      return reader.float();
    case "d":
      return reader.double();
    case "D":
      return { "!": "decimal", value: { places: reader.unsigned(1), digits: reader.unsigned(4) } };
    case "S":
      return reader.text(reader.unsigned(4));
    case "x":
      return reader.part(reader.unsigned(4)).rest();
    case "F":
      return readTable(reader.part(reader.unsigned(4)));
    case "A":
      return readArray(reader.part(reader.unsigned(4)));
    default:
      throw new RangeError(`a field of the type '${tag}'`);
  }
}

function readArray(reader: Reader): unknown[] {
  const values: unknown[] = [];
  while (!reader.atEnd) values.push(readValue(reader));
  return values;
}

/** Reads on, and throws a RangeError at the end. */
class Reader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  #take(count: number): number {
    const from = this.#at;
    if (from + count > this.#bytes.length) throw new RangeError("the frame ends in the middle of a field");
    this.#at += count;
    return from;
  }

  unsigned(size: 1 | 2 | 4): number {
    return this.#bytes.readUIntBE(this.#take(size), size);
  }

  signed(size: 1 | 2 | 4): number {
    return this.#bytes.readIntBE(this.#take(size), size);
  }

  long(): number {
    return Number(this.#bytes.readBigInt64BE(this.#take(8)));
  }

  float(): number {
    return this.#bytes.readFloatBE(this.#take(4));
  }

  double(): number {
    return this.#bytes.readDoubleBE(this.#take(8));
  }

  text(length: number): string {
    const from = this.#take(length);
    return this.#bytes.toString("utf8", from, from + length);
  }

  part(length: number): Reader {
    const from = this.#take(length);
    return new Reader(this.#bytes.subarray(from, from + length));
  }

  rest(): Buffer {
    return this.#bytes.subarray(this.#take(this.#bytes.length - this.#at));
  }
}
