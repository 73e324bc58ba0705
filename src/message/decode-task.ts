import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { decompress, requireJson, requireSize, textOf } from "./body-content.ts";
import type { Envelope } from "./envelope.ts";
import { BODY_BYTES, type MessageLimits, NESTING } from "./message-limits.ts";
import { present } from "./present-fields.ts";
import { readPythonJson } from "./python-json-read.ts";
import { ownHeaders } from "./task-headers.ts";
import type { TaskMessage } from "./task-message.ts";
import { quoted, unreadable } from "./unreadable.ts";
import {
  isId,
  readFlag,
  readId,
  readList,
  readObject,
  readText,
  readTime,
  readTimeLimit,
  readWhole,
} from "./wire-field.ts";
import { readEmbed } from "./wire-signature.ts";

/**
 * Reads a task's message, as Celery's workers do ("Message Protocol" in Celery's internals reference): with a header `task` it is protocol 2, else the body
 * says everything (protocol 1); a body of protocol 1 under headers of protocol 2 is both, and the headers decide.
 *
 * Fails with `unreadable_message` alone, whatever the bytes are; its field `reason` is an {@link UnreadableReason}. Values are kept as they came:
 * Python's tagged dates, decimals and the like, and numbers beyond JavaScript's, are for `plainValue` to turn into what a task works with.
 */
export function decodeTask(envelope: Envelope, limits: MessageLimits = {}): TaskMessage {
  const nesting = limits.nesting ?? NESTING;
  requireNesting(envelope.headers, nesting);
  const body = readBody(envelope, limits.bodyBytes ?? BODY_BYTES, nesting);
  const fields = fieldsOf(envelope.headers, body);
  const message = { ...partsOf(body), ...describe(fields), headers: ownHeaders(envelope.headers) };
  const replyTo = envelope.properties.replyTo;
  return replyTo === undefined || replyTo === "" ? message : { ...message, replyTo };
}

function readBody(envelope: Envelope, bytes: number, nesting: number): Json {
  requireJson(envelope.properties.contentType);
  const compression = readText("compression", envelope.headers.compression);
  requireSize(envelope.body, bytes);
  const content = compression === undefined ? envelope.body : decompress(envelope.body, compression, bytes);
  return readPythonJson(textOf(content), nesting);
}

/** The headers as far as protocol 2 has them, with what protocol 1 keeps in its body. */
function fieldsOf(headers: JsonObject, body: Json): JsonObject {
  if (!isJsonObject(body)) {
    if (headers.task === undefined || headers.task === null)
      throw unreadable("no_task", "it names no task: it has neither a header 'task' nor a body with one");
    return headers;
  }
  const own = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== null));
  return { ...body, group: body.group ?? body.taskset ?? null, ...own };
}

function partsOf(body: Json): Pick<TaskMessage, "args" | "kwargs" | "embed"> {
  if (isJsonObject(body) && ("args" in body || "task" in body))
    return {
      args: readList("args", body.args) ?? [],
      kwargs: readObject("kwargs", body.kwargs) ?? {},
      embed: readEmbed(body),
    };
  if (!Array.isArray(body) || body.length < 2)
    throw unreadable(
      "protocol",
      `its body is ${quoted(body)}; accepted is protocol 2's [args, kwargs, embed], or protocol 1's object`,
    );
  const [args, kwargs, embed] = body;
  return {
    args: readList("args", args) ?? [],
    kwargs: readObject("kwargs", kwargs) ?? {},
    embed: readEmbed(readObject("embed", embed) ?? {}),
  };
}

type Described = Omit<TaskMessage, "args" | "kwargs" | "embed" | "headers" | "replyTo">;

function describe(fields: JsonObject): Described {
  const { task, id } = fields;
  if (typeof task !== "string" || !isId(task))
    throw unreadable("no_task", `its task is ${quoted(task ?? null)}; accepted is a name of 1 to 255 characters`);
  if (typeof id !== "string" || !isId(id))
    throw unreadable("no_id", `its id is ${quoted(id ?? null)}; accepted is a text of 1 to 255 characters`);
  const needsOffset = fields.utc === false;
  return present<Described>({
    id,
    task,
    eta: readTime("eta", fields.eta, needsOffset),
    expires: readTime("expires", fields.expires, needsOffset),
    retries: Math.max(0, readWhole("retries", fields.retries) ?? 0),
    groupId: readId("group", fields.group),
    groupIndex: readWhole("group_index", fields.group_index),
    rootId: readId("root_id", fields.root_id),
    parentId: readId("parent_id", fields.parent_id),
    timeLimit: readTimeLimit(fields.timelimit),
    shadow: readText("shadow", fields.shadow),
    ignoreResult: readFlag("ignore_result", fields.ignore_result),
    origin: readText("origin", fields.origin),
    argsRepr: readText("argsrepr", fields.argsrepr),
    kwargsRepr: readText("kwargsrepr", fields.kwargsrepr),
  });
}

/** Headers come read already; what is in them is handed on, so their nesting counts as well. */
function requireNesting(value: Json, left: number): void {
  if (typeof value !== "object" || value === null) return;
  if (left === 0) throw unreadable("too_deep", "its headers lie too deep in each other");
  for (const part of Array.isArray(value) ? value : Object.values(value)) requireNesting(part, left - 1);
}
