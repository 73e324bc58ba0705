import type { Instant } from "../base/clock.ts";
import type { Json, JsonObject } from "../base/json.ts";
import type { Envelope } from "./envelope.ts";
import { isoTime } from "./iso-time.ts";
import { writePythonJson } from "./python-json-write.ts";
import { pythonRepr, REPR_LIMIT } from "./python-repr.ts";
import { DEFAULT_HEADERS, ownHeaders } from "./task-headers.ts";
import type { Embed, TaskMessage } from "./task-message.ts";

export interface Publisher {
  /** `gen<pid>@<host>` of the process that publishes. */
  readonly origin: string;
  /** With it, a message that expires says so to the broker too: RabbitMQ drops it then, where nobody took it. */
  readonly now?: Instant;
}

/** Writes a message in Celery's protocol 2, as Celery 5.6 does: JSON, not compressed. What `decodeTask` makes of it is the same message. */
export function encodeTask(message: TaskMessage, from: Publisher): Envelope {
  return {
    headers: headersOf(message, from.origin),
    properties: {
      contentType: "application/json",
      contentEncoding: "utf-8",
      correlationId: message.id,
      replyTo: message.replyTo ?? "",
      deliveryMode: 2,
      ...(message.expires === undefined || from.now === undefined
        ? {}
        : { expirationMs: Math.max(0, message.expires - from.now) }),
    },
    // ASCII: each character is a byte.
    body: Buffer.from(writePythonJson([message.args, message.kwargs, embedOf(message.embed)]), "latin1"),
  };
}

function headersOf(message: TaskMessage, origin: string): JsonObject {
  const { timeLimit } = message;
  return {
    lang: "js",
    task: message.task,
    id: message.id,
    shadow: message.shadow ?? null,
    eta: message.eta === undefined ? null : isoTime(message.eta),
    expires: message.expires === undefined ? null : isoTime(message.expires),
    group: message.groupId ?? null,
    group_index: message.groupIndex ?? null,
    retries: message.retries,
    timelimit: [timeLimit?.hard ?? null, timeLimit?.soft ?? null],
    root_id: message.rootId ?? message.id,
    parent_id: message.parentId ?? null,
    argsrepr: message.argsRepr ?? pythonRepr(message.args, { tuple: true, limit: REPR_LIMIT }),
    kwargsrepr: message.kwargsRepr ?? pythonRepr(message.kwargs, { limit: REPR_LIMIT }),
    origin,
    ignore_result: message.ignoreResult ?? null,
    ...DEFAULT_HEADERS,
    ...ownHeaders(message.headers),
  };
}

function embedOf({ callbacks, errbacks, chain, chord }: Embed): { readonly [key: string]: Json } {
  return { callbacks: callbacks ?? null, errbacks: errbacks ?? null, chain: chain ?? null, chord: chord ?? null };
}
