import type { Instant } from "../../base/clock.ts";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import type { Envelope } from "../../message/envelope.ts";
import { jsonEnvelope, readJsonBody } from "./bus-message.ts";

/** The name by which hyoshi's workers are known among others'. */
export const SOFTWARE = "hyoshi";

/** One thing that a worker or a client tells of itself or of a run, with the fields of its type. */
export interface CeleryEvent extends JsonObject {
  /** `worker-heartbeat`, `task-received` … */
  readonly type: string;
  /** The node's name; `gen<pid>@<host>` of a client. */
  readonly hostname: string;
  /** Unix time in seconds. */
  readonly timestamp: number;
}

/** `worker-online` is published under `worker.online`; several task events in one message under `task.multi`. */
export function routingKeyOf(type: string): string {
  return type.replace("-", ".");
}
export const MULTI_KEY = "task.multi";

export function eventEnvelope(event: CeleryEvent | readonly CeleryEvent[], node: string): Envelope {
  // The header is hyoshi's own: observers pass over what its workers tell, since their runs are recorded by themselves.
  return jsonEnvelope(event as Json, { hostname: node, sw_ident: SOFTWARE });
}

/** Whether one of hyoshi's own processes told it. */
export function isOwn(envelope: Envelope): boolean {
  return envelope.headers.sw_ident === SOFTWARE;
}

/** The events of a message, one or several; without what is none. */
export function readEvents(envelope: Envelope): readonly CeleryEvent[] {
  const body = readJsonBody(envelope);
  return (Array.isArray(body) ? (body as readonly Json[]) : [body]).filter(isEvent);
}

function isEvent(value: Json | undefined): value is CeleryEvent {
  return (
    isJsonObject(value) &&
    typeof value.type === "string" &&
    typeof value.hostname === "string" &&
    typeof value.timestamp === "number" &&
    (!value.type.startsWith("task-") || (typeof value.uuid === "string" && value.uuid !== ""))
  );
}

/** An instant as Python's `time.time()` has it. */
export const toSeconds = (instant: Instant): number => instant / 1000;

/** Clocks of hosts differ; by more than this, an event's own time is not believed. */
const DRIFT_MS = 60_000;

/** When it happened, by a clock that agrees with ours: never later than now. */
export function eventAt({ timestamp }: CeleryEvent, now: Instant): Instant {
  const told = Math.round(timestamp * 1000);
  return Math.abs(told - now) > DRIFT_MS ? now : Math.min(told, now);
}

/** Hours west of UTC, as Celery counts them. */
export function utcOffsetHours(now: Instant): number {
  return Math.trunc(new Date(now).getTimezoneOffset() / 60);
}
