import type { Instant } from "../base/clock.ts";
import { HyoshiError } from "../base/error.ts";
import type { SendOptions } from "../task/send.ts";

/** When a run may start and when it expires, of what the caller said. Fails with `invalid_send_option`. */
export function sendTimes(
  options: SendOptions,
  now: Instant,
): { availableAt: Instant; expiresAt: Instant | undefined } {
  const { countdown, eta, expires } = options;
  if (countdown !== undefined && eta !== undefined) {
    throw invalidSendOption("eta", eta, "either 'countdown' or 'eta', not both");
  }
  return {
    availableAt: startOf(countdown, eta, now),
    expiresAt:
      expires === undefined
        ? undefined
        : typeof expires === "number"
          ? later("expires", expires, now)
          : instant("expires", expires),
  };
}

function startOf(countdown: SendOptions["countdown"], eta: SendOptions["eta"], now: Instant): Instant {
  if (countdown !== undefined) return later("countdown", countdown, now);
  return eta === undefined ? now : Math.max(now, instant("eta", eta));
}

/** The end of the year 9999: no date beyond it has an ISO text that everybody reads. */
const LAST_INSTANT = Date.UTC(10_000, 0) - 1;

function later(option: string, seconds: number, now: Instant): Instant {
  const at = now + Math.round(seconds * 1000);
  if (typeof seconds === "number" && seconds >= 0 && at <= LAST_INSTANT) return at;
  throw invalidSendOption(option, seconds, "seconds from now, 0 or more");
}

const isoWithZone = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/i;

function instant(option: string, value: Date | Instant | string): Instant {
  // A text without a zone would be read in the zone of whatever machine reads it.
  const at = typeof value === "string" && !isoWithZone.test(value) ? Number.NaN : new Date(value).getTime();
  if (at >= 0 && at <= LAST_INSTANT) return at;
  const accepted = "a Date, or an ISO text with its zone such as '2026-01-01T09:00:00+09:00'";
  throw invalidSendOption(option, value, accepted);
}

export function invalidSendOption(option: string, value: unknown, accepted: string): HyoshiError {
  return new HyoshiError("invalid_send_option", `send option '${option}' is '${String(value)}': expected ${accepted}`, {
    fields: { option, accepted },
  });
}
