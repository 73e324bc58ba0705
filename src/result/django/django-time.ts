import type { Instant } from "../../base/clock.ts";

/** An instant as Django writes it: microseconds, in UTC; SQLite's without a zone, which its column does not keep. */
export function djangoTime(at: Instant, kind: "sqlite" | "postgres"): string {
  const text = new Date(at).toISOString().replace("T", " ").replace("Z", "000");
  return kind === "sqlite" ? text : `${text}+00:00`;
}

/** What Django wrote; null for what is no time. */
export function readDjangoTime(value: string | Date | null): Instant | null {
  if (value === null) return null;
  if (value instanceof Date) return value.getTime();
  const text = value
    .trim()
    .replace(" ", "T")
    .replace(/(\.\d{3})\d*/, "$1")
    .replace(/([+-]\d\d)$/, "$1:00");
  const at = Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(at) ? null : at;
}
