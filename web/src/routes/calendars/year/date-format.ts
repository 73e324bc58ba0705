import { useMemo } from "react";
import { useLanguage } from "../../../i18n/language.tsx";
import { dateMs } from "./plain-date.ts";

/** Dates in the reader's language. They have no zone: each is read as UTC and shown as UTC. */
export function useDateFormat() {
  const { language } = useLanguage();
  return useMemo(() => {
    const locale = language === "ja" ? "ja-JP" : "en-GB";
    const of = (options: Intl.DateTimeFormatOptions) =>
      new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options });
    const full = of({ weekday: "short", day: "numeric", month: "long", year: "numeric" });
    const short = of({ weekday: "short", day: "numeric", month: "short" });
    const month = of({ month: "long" });
    const monthOfYear = of({ month: "long", year: "numeric" });
    const weekday = of({ weekday: language === "ja" ? "short" : "narrow" });
    const shortWeekday = of({ weekday: "short" });
    const longWeekday = of({ weekday: "long" });
    // 4 January 1970 was a Sunday.
    const day = (number: number) => Date.UTC(1970, 0, 4 + number);
    return {
      full: (date: string) => full.format(dateMs(date)),
      short: (date: string) => short.format(dateMs(date)),
      month: (year: number, number: number) => month.format(Date.UTC(year, number - 1, 1)),
      monthOfYear: (year: number, number: number) => monthOfYear.format(Date.UTC(year, number - 1, 1)),
      /** 0 is Sunday. */
      weekday: (number: number) => weekday.format(day(number)),
      shortWeekday: (number: number) => shortWeekday.format(day(number)),
      longWeekday: (number: number) => longWeekday.format(day(number)),
    };
  }, [language]);
}
