import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import type { Envelope } from "../../message/envelope.ts";
import { jsonEnvelope, readJsonObject } from "./bus-message.ts";

/** A command as it is broadcast to all workers. */
export interface PidboxRequest {
  readonly method: string;
  readonly arguments: JsonObject;
  /** Node names that it is for; null: see `pattern`. */
  readonly destination: readonly string[] | null;
  readonly pattern: string | null;
  readonly matcher: string | null;
  /** Where the reply goes and what it names; undefined: none is wanted. */
  readonly reply: { readonly routingKey: string; readonly ticket: Json } | undefined;
}

/** Undefined for what is no command. */
export function readRequest(envelope: Envelope): PidboxRequest | undefined {
  const body = readJsonObject(envelope);
  if (body === undefined || typeof body.method !== "string") return undefined;
  const { method, destination, pattern, matcher, ticket, reply_to: replyTo } = body;
  const key = isJsonObject(replyTo) ? replyTo.routing_key : undefined;
  return {
    method,
    arguments: isJsonObject(body.arguments) ? body.arguments : {},
    destination: Array.isArray(destination) ? (destination as readonly Json[]).map(String) : null,
    pattern: typeof pattern === "string" ? pattern : null,
    matcher: typeof matcher === "string" ? matcher : null,
    reply: typeof key === "string" && key !== "" ? { routingKey: key, ticket: ticket ?? null } : undefined,
  };
}

/** Whether a node is meant: by its name, by a pattern, or because nobody in particular is. */
export function isFor({ destination, pattern, matcher }: PidboxRequest, node: string): boolean {
  if (destination !== null) return destination.includes(node);
  if (pattern === null || matcher === null) return true;
  const regular = matcher === "pcre" ? anchored(pattern) : matcher === "glob" ? globOf(pattern) : undefined;
  return regular?.test(node) ?? false;
}

/** The longest pattern that is tried: a hostile one must not occupy the worker. */
const LONGEST_PATTERN = 200;

function anchored(pattern: string): RegExp | undefined {
  if (pattern.length > LONGEST_PATTERN) return undefined;
  try {
    return new RegExp(`^(?:${pattern})`, "u");
  } catch {
    return undefined;
  }
}

/** The shell's `*`, `?` and `[…]`. */
function globOf(pattern: string): RegExp | undefined {
  if (pattern.length > LONGEST_PATTERN) return undefined;
  const text = pattern.replace(/\[!?[^\]]+\]|[\s\S]/gu, (part) => {
    if (part === "*") return "[\\s\\S]*";
    if (part === "?") return "[\\s\\S]";
    if (part.length > 1 && part.startsWith("[")) return part.replace("[!", "[^").replaceAll("\\", "\\\\");
    return part.replace(/[\\^$.|+()[\]{}/-]/u, "\\$&");
  });
  try {
    return new RegExp(`^(?:${text.replaceAll(/(?:\[\\s\\S\]\*)+/g, "[\\s\\S]*")})$`, "u");
  } catch {
    return undefined;
  }
}

export function requestEnvelope(
  request: {
    readonly method: string;
    readonly arguments: JsonObject;
    readonly destination: readonly string[] | null;
    readonly reply?: { readonly routingKey: string; readonly ticket: string };
  },
  headers: { readonly clock: number; readonly expires: number },
): Envelope {
  const { method, destination, reply } = request;
  const body: JsonObject = {
    method,
    arguments: request.arguments,
    destination,
    pattern: null,
    matcher: null,
    ...(reply !== undefined && {
      ticket: reply.ticket,
      reply_to: { exchange: "reply.celery.pidbox", routing_key: reply.routingKey },
    }),
  };
  return jsonEnvelope(body, headers, 2);
}

export function replyEnvelope(
  node: string,
  reply: Json,
  headers: { readonly ticket: Json; readonly clock: number },
): Envelope {
  return jsonEnvelope({ [node]: reply }, headers);
}

/** Who replied what to which question. */
export function readReply(envelope: Envelope): { readonly ticket: Json; readonly replies: JsonObject } | undefined {
  const replies = readJsonObject(envelope);
  return replies === undefined ? undefined : { ticket: envelope.headers.ticket ?? null, replies };
}
