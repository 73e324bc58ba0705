import type { Language } from "./language.tsx";

const formats = new Map<string, Intl.DateTimeFormat>();
function format(language: Language, zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([language, zone, options]);
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(language === "ja" ? "ja-JP" : "en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    ...options,
  });
  formats.set(key, made);
  return made;
}

export const viewerZone: string = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** `+09:00`, as it is in the zone at the instant. */
export function formatOffset(at: number, zone: string): string {
  const parts = format("en", zone, { timeZoneName: "longOffset" }).formatToParts(at);
  const offset = parts.find((part) => part.type === "timeZoneName")?.value.replace("GMT", "") ?? "";
  return offset === "" ? "+00:00" : offset;
}

/** `Mon 23 Nov 2026, 02:30:00`, `2026年11月23日(月) 2:30:00`. Never shown without its zone beside it. */
export function formatInstant(at: number, zone: string, language: Language): string {
  return format(language, zone, {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).format(at);
}

/** Without year and seconds, for lists of coming times; seconds when there are any. */
export function formatShortInstant(at: number, zone: string, language: Language): string {
  const options: Intl.DateTimeFormatOptions = {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  };
  return format(language, zone, at % 60_000 === 0 ? options : { ...options, second: "2-digit" }).format(at);
}

export function formatDay(at: number, zone: string, language: Language): string {
  return format(language, zone, { weekday: "short", day: "numeric", month: "long", year: "numeric" }).format(at);
}

/** `14 Mar 2027`, `2027年3月14日`. */
export function formatDate(at: number, zone: string, language: Language): string {
  return format(language, zone, { day: "numeric", month: "short", year: "numeric" }).format(at);
}

export function formatTimeOfDay(at: number, zone: string, language: Language): string {
  return format(language, zone, { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(at);
}

/** `Friday`, `金曜日`; 0 is Sunday. */
export function formatWeekday(weekday: number, language: Language): string {
  // 1 January 2023 was a Sunday.
  return format(language, "UTC", { weekday: "long" }).format(Date.UTC(2023, 0, 1 + weekday));
}

/** For lines of a log: `02:30:00.250`, the same in both languages. */
export function formatMilliseconds(at: number, zone: string): string {
  return format("en", zone, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
  }).format(at);
}

/** The part of a zone's name by which people know it: `Asia/Tokyo` is `Tokyo`. */
export function zoneCity(zone: string): string {
  return (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");
}
