import { readFileSync } from "node:fs";
import type { JsonObject } from "../../src/base/json.ts";
import type { Envelope } from "../../src/message/envelope.ts";

/** What Celery sent and stored, see test/fixtures/celery/README.md. */
export interface SentSample {
  readonly description: string;
  readonly messages: readonly { readonly key: string; readonly raw: string }[];
  readonly returned?: unknown;
}

export type RunStep =
  | { readonly sent: string; readonly to: string }
  | { readonly stored: string; readonly key: string }
  | { readonly counted: string; readonly score: string; readonly key: string }
  | { readonly size: number; readonly key: string }
  | { readonly saved: string; readonly key: string };

export interface RunSample {
  readonly description: string;
  readonly steps: readonly RunStep[];
}

export interface AmqpSample {
  readonly published: readonly (
    | { readonly properties: AmqpProperties; readonly body: string }
    | { readonly properties: AmqpProperties; readonly result: string }
  )[];
}

interface AmqpProperties {
  readonly content_type: string;
  readonly content_encoding: string;
  readonly application_headers?: JsonObject;
  readonly correlation_id?: string;
  readonly reply_to?: string;
}

export const sentSamples: Readonly<Record<string, SentSample>> = read("sent");
export const runSamples: Readonly<Record<string, RunSample>> = read("run");
export const amqpSamples: Readonly<Record<string, AmqpSample>> = read("amqp");
export const signatureSamples: Readonly<Record<string, Readonly<Record<string, JsonObject>>>> = read("signatures");

function read<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../fixtures/celery/${name}.json`, import.meta.url), "utf8")) as T;
}

interface RedisEnvelope {
  readonly body: string;
  readonly "content-type": string;
  readonly "content-encoding": string;
  readonly headers: JsonObject;
  readonly properties: {
    readonly correlation_id?: string;
    readonly reply_to?: string;
    readonly body_encoding?: string;
  };
}

/** The envelope of a message as it lies in a Redis list. */
export function envelopeOfRedis(raw: string): Envelope {
  const { body, headers, properties, ...content } = JSON.parse(raw) as RedisEnvelope;
  return {
    headers,
    properties: propertiesOf(content["content-type"], content["content-encoding"], properties),
    body: Buffer.from(body, properties.body_encoding === "base64" ? "base64" : "utf8"),
  };
}

export function envelopeOfAmqp(properties: AmqpProperties, body: string): Envelope {
  return {
    headers: properties.application_headers ?? {},
    properties: propertiesOf(properties.content_type, properties.content_encoding, properties),
    body: Buffer.from(body),
  };
}

function propertiesOf(
  contentType: string,
  contentEncoding: string,
  names: { readonly correlation_id?: string; readonly reply_to?: string },
): Envelope["properties"] {
  return {
    contentType,
    contentEncoding,
    ...(names.correlation_id === undefined ? {} : { correlationId: names.correlation_id }),
    ...(names.reply_to === undefined ? {} : { replyTo: names.reply_to }),
  };
}
