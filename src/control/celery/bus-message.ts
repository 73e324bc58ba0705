import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import type { Envelope } from "../../message/envelope.ts";
import { readPythonJson } from "../../message/python-json-read.ts";
import { plainValue } from "../../message/rich-value.ts";

/** What is larger is no event and no command: nobody's words to a worker are so long. */
export const LONGEST_BODY = 4 * 1024 * 1024;

/** A message of the bus; 1: it need not outlive its broker. */
export function jsonEnvelope(body: Json, headers: JsonObject, deliveryMode: 1 | 2 = 1): Envelope {
  return {
    headers,
    properties: { contentType: "application/json", contentEncoding: "utf-8", deliveryMode },
    body: Buffer.from(asciiJson(body)),
  };
}

/** Celery writes ASCII, which every reader of either kind takes. */
function asciiJson(value: Json): string {
  const text = JSON.stringify(value);
  if (!/[\u0080-\uffff]/.test(text)) return text;
  return text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Undefined for what is none: it is somebody's mistake, and no reason to stop listening. */
export function readJsonBody({ body, properties }: Envelope): Json | undefined {
  if (body.byteLength > LONGEST_BODY || properties.contentType !== "application/json") return undefined;
  try {
    return plainValue(readPythonJson(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString()));
  } catch {
    return undefined;
  }
}

export function readJsonObject(envelope: Envelope): JsonObject | undefined {
  const value = readJsonBody(envelope);
  return isJsonObject(value) ? value : undefined;
}
