import { useMemo } from "react";
import { formatDuration, formatRelative } from "./duration.ts";
import {
  formatDate,
  formatDay,
  formatInstant,
  formatMilliseconds,
  formatOffset,
  formatShortInstant,
  formatTimeOfDay,
  formatWeekday,
  viewerZone,
} from "./instant.ts";
import { useLanguage } from "./language.tsx";

/** The formatters, bound to the chosen language; the zone defaults to the viewer's. */
export function useFormat() {
  const { language } = useLanguage();
  return useMemo(() => {
    const numbers = new Intl.NumberFormat(language);
    return {
      duration: (ms: number) => formatDuration(ms, language),
      relative: (at: number, now: number) => formatRelative(at, now, language),
      instant: (at: number, zone: string = viewerZone) => formatInstant(at, zone, language),
      shortInstant: (at: number, zone: string = viewerZone) => formatShortInstant(at, zone, language),
      day: (at: number, zone: string = viewerZone) => formatDay(at, zone, language),
      date: (at: number, zone: string = viewerZone) => formatDate(at, zone, language),
      timeOfDay: (at: number, zone: string = viewerZone) => formatTimeOfDay(at, zone, language),
      weekday: (weekday: number) => formatWeekday(weekday, language),
      timeToMilliseconds: (at: number, zone: string = viewerZone) => formatMilliseconds(at, zone),
      offset: (at: number, zone: string = viewerZone) => formatOffset(at, zone),
      number: (value: number) => numbers.format(value),
      /** Picks the reader's language from what the server wrote in both. */
      text: (both: { en: string; ja: string }) => both[language],
      otherText: (both: { en: string; ja: string }) => both[language === "ja" ? "en" : "ja"],
    };
  }, [language]);
}
