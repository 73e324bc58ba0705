import { brotliDecompressSync, unzipSync, zstdDecompressSync } from "node:zlib";
import { quoted, unreadable } from "./unreadable.ts";

/** Celery's serializers by their content types ("Serializers" in Celery's user guide, Calling Tasks). */
const SERIALIZERS: Readonly<Record<string, string>> = {
  "application/x-python-serialize": "pickle",
  "application/x-yaml": "yaml",
  "application/x-msgpack": "msgpack",
  "application/data": "raw bytes",
  "text/plain": "plain text",
};

/** Fails with `unreadable_message` (`content_type`) for anything but JSON. */
export function requireJson(contentType: string): void {
  const type = contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (type === "application/json") return;
  const name = SERIALIZERS[type];
  const found = type === "" ? "has no content type" : `is ${name === undefined ? "" : `${name}, `}${quoted(type)}`;
  throw unreadable(
    "content_type",
    `its body ${found}; only JSON ('application/json') is accepted: set task_serializer = "json" in Celery`,
  );
}

type Decompress = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Buffer;

/** By the header's value, which is a content type in Celery's messages; the short names are those of its `task_compression`. */
const COMPRESSIONS: Readonly<Record<string, Decompress>> = {
  // A zlib stream (RFC 1950), in spite of the name; `unzip` takes both.
  "application/x-gzip": unzipSync,
  zlib: unzipSync,
  gzip: unzipSync,
  "application/x-brotli": brotliDecompressSync,
  brotli: brotliDecompressSync,
  "application/zstd": zstdDecompressSync,
  zstd: zstdDecompressSync,
  zstandard: zstdDecompressSync,
};

/** Decompresses; stops, and fails with `too_large`, where more than `limit` bytes come out. */
export function decompress(bytes: Uint8Array, compression: string, limit: number): Uint8Array {
  const read = COMPRESSIONS[compression.toLowerCase()];
  if (read === undefined)
    throw unreadable(
      "compression",
      `its body is compressed with ${quoted(compression)}; accepted are zlib, brotli and zstd: set task_compression = "zlib" in Celery`,
    );
  try {
    return read(bytes, { maxOutputLength: limit });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(limit, "when decompressed");
    throw unreadable(
      "compression",
      `its body cannot be decompressed as ${quoted(compression)}: ${(error as Error).message}`,
      error,
    );
  }
}

export function requireSize(bytes: Uint8Array, limit: number): void {
  if (bytes.length > limit) throw tooLarge(limit, `with ${bytes.length} bytes`);
}

const tooLarge = (limit: number, how: string) =>
  unreadable("too_large", `its body is too large ${how}; at most ${limit} bytes are accepted`);

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Celery's JSON is UTF-8, whatever its content encoding says. */
export function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    throw unreadable("not_json", "its body is not JSON: it is no UTF-8", error);
  }
}
