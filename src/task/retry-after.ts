import type { Instant } from "../base/clock.ts";

/** A server that asks for more is asked again after a week all the same. */
const LONGEST_WAIT_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * When an error asks to be tried again at the earliest: it has `retryAfter` or `retry-after` among its `headers` or those of its `response`, in seconds, as a date of HTTP or
 * ISO 8601, or as a Date. Undefined: it does not ask. Never fails.
 */
export function retryAfterOf(error: unknown, now: Instant): Instant | undefined {
  try {
    const asked = askedBy(error);
    const at = asked === undefined ? undefined : instantOf(asked, now);
    return at === undefined ? undefined : Math.min(Math.max(at, now), now + LONGEST_WAIT_MS);
  } catch {
    // Getters and proxies may throw at being looked at.
    return undefined;
  }
}

interface Asking {
  readonly retryAfter?: unknown;
  readonly headers?: unknown;
  readonly response?: { readonly headers?: unknown };
  readonly cause?: unknown;
}

function askedBy(error: unknown): unknown {
  if (typeof error !== "object" || error === null) return undefined;
  const { retryAfter, headers, response, cause } = error as Asking;
  const own = retryAfter ?? headerOf(headers) ?? headerOf(response?.headers);
  if (own !== undefined || typeof cause !== "object" || cause === null || cause === error) return own ?? undefined;
  const { retryAfter: ofCause, headers: headersOfCause, response: responseOfCause } = cause as Asking;
  return ofCause ?? headerOf(headersOfCause) ?? headerOf(responseOfCause?.headers);
}

/** Of a `Headers`, or of an object whatever the case of its keys. */
function headerOf(headers: unknown): unknown {
  if (typeof headers !== "object" || headers === null) return undefined;
  if (typeof (headers as { readonly get?: unknown }).get === "function") {
    return (headers as { get(name: string): unknown }).get("retry-after") ?? undefined;
  }
  const [, value] = Object.entries(headers).find(([name]) => name.toLowerCase() === "retry-after") ?? [];
  return Array.isArray(value) ? value[0] : value;
}

function instantOf(asked: unknown, now: Instant): Instant | undefined {
  if (asked instanceof Date) return finite(asked.getTime());
  if (typeof asked === "number") return finite(now + asked * 1000);
  if (typeof asked !== "string") return undefined;
  const text = asked.trim();
  return /^\d+(?:\.\d+)?$/.test(text) ? finite(now + Number(text) * 1000) : finite(Date.parse(text));
}

const finite = (instant: number) => (Number.isFinite(instant) ? Math.ceil(instant) : undefined);
