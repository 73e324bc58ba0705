import type { Instant } from "../base/clock.ts";

/** `2027-03-14 03:00:00 +09:00`: for people, who get the offset with every time; names such as CST mean several zones. */
export function formatTime(at: Instant | null | undefined, zone: string): string {
  if (at === null || at === undefined) return "-";
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "longOffset",
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((found) => found.type === type)?.value ?? "";
  const offset = part("timeZoneName").slice("GMT".length);
  const zoneText = offset === "" || offset === "+00:00" ? "UTC" : offset;
  return `${part("year")}-${part("month")}-${part("day")} ${part("hour")}:${part("minute")}:${part("second")} ${zoneText}`;
}

/** `1.2 s`, `3 min 4 s`: how long something took. */
export function formatDuration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return "-";
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.floor((ms % 60_000) / 1000)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
