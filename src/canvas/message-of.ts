import type { Instant } from "../base/clock.ts";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { parseIsoTime } from "../message/iso-time.ts";
import { present } from "../message/present-fields.ts";
import { plainValue } from "../message/rich-value.ts";
import type { Embed, WireSignature } from "../message/task-message.ts";
import type { CanvasContext, CanvasMessage } from "./canvas-message.ts";
import { argsOf, kwargsOf, optionsOf, signaturesOf, taskOf } from "./signature-parts.ts";

/** The message that sends a signature of one task, with the options that Celery's `apply_async` knows. Others are left out. */
export function messageOf(signature: WireSignature, context: CanvasContext): CanvasMessage {
  const options = optionsOf(signature);
  return present({
    id: textOf(options.task_id) ?? context.newId(),
    task: taskOf(signature),
    args: argsOf(signature),
    kwargs: kwargsOf(signature),
    embed: embedOf(options),
    eta: secondsFrom(context.now, options.countdown) ?? timeOf(options.eta),
    expires: secondsFrom(context.now, options.expires) ?? timeOf(options.expires),
    retries: wholeOf(options.retries) ?? 0,
    groupId: textOf(options.group_id),
    groupIndex: wholeOf(options.group_index),
    rootId: textOf(options.root_id),
    parentId: textOf(options.parent_id),
    timeLimit: timeLimitOf(options),
    shadow: textOf(options.shadow),
    ignoreResult: typeof options.ignore_result === "boolean" ? options.ignore_result : undefined,
    replyTo: textOf(options.reply_to),
    headers: headersOf(options),
    queue: queueOf(options),
    priority: priorityOf(options.priority, context),
  });
}

function embedOf(options: JsonObject): Embed {
  return present<Embed>({
    callbacks: options.link === undefined ? undefined : signaturesOf(options.link),
    errbacks: options.link_error === undefined ? undefined : signaturesOf(options.link_error),
    chain: options.chain === undefined ? undefined : signaturesOf(options.chain),
    chord: signaturesOf(options.chord)[0],
  });
}

/** Stamps lie among the options by their names; `stamped_headers` lists these. */
function headersOf(options: JsonObject): JsonObject {
  const { stamped_headers: names, replaced_task_nesting: nesting, headers } = options;
  const stamped = (Array.isArray(names) ? names : []).filter(
    (name: Json) => typeof name === "string" && name in options,
  );
  const stamps = Object.fromEntries(stamped.map((name: string) => [name, options[name] as Json]));
  return {
    ...(isJsonObject(headers ?? null) ? (headers as JsonObject) : {}),
    ...(nesting === undefined || nesting === 0 ? {} : { replaced_task_nesting: nesting }),
    ...(stamped.length === 0 ? {} : { stamped_headers: stamped, stamps }),
  };
}

/** A routing key alone names a queue only where no exchange is named: the default exchange delivers by queue. */
function queueOf({ queue, exchange, routing_key: key }: JsonObject): string | undefined {
  return textOf(queue) ?? (exchange === undefined || exchange === "" ? textOf(key) : undefined);
}

function priorityOf(priority: Json | undefined, { priorities }: CanvasContext): number | undefined {
  const whole = wholeOf(priority);
  if (whole === undefined) return undefined;
  const within = Math.min(9, Math.max(0, whole));
  return priorities === "low-first" ? 9 - within : within;
}

function timeLimitOf({ time_limit: hard, soft_time_limit: soft }: JsonObject): CanvasMessage["timeLimit"] {
  const limits = present<NonNullable<CanvasMessage["timeLimit"]>>({ hard: positiveOf(hard), soft: positiveOf(soft) });
  return Object.keys(limits).length === 0 ? undefined : limits;
}

function secondsFrom(now: Instant, seconds: Json | undefined): Instant | undefined {
  return typeof seconds === "number" ? Math.round(now + seconds * 1000) : undefined;
}

function timeOf(value: Json | undefined): Instant | undefined {
  const plain = value === undefined ? undefined : plainValue(value);
  return typeof plain === "string" ? parseIsoTime(plain) : undefined;
}

const textOf = (value: Json | undefined) => (typeof value === "string" && value !== "" ? value : undefined);
const wholeOf = (value: Json | undefined) =>
  typeof value === "number" && Number.isSafeInteger(value) ? value : undefined;
const positiveOf = (value: Json | undefined) => (typeof value === "number" && value > 0 ? value : undefined);
