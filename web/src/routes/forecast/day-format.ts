import { useMemo } from "react";
import { useLanguage } from "../../i18n/language.tsx";

/** Short readings for the edges of a drawing, whose zone stands beside it. */
export function useDayFormat(zone: string) {
  const { language } = useLanguage();
  return useMemo(() => {
    const of = (options: Intl.DateTimeFormatOptions) =>
      new Intl.DateTimeFormat(language === "ja" ? "ja-JP" : "en-GB", { timeZone: zone, hourCycle: "h23", ...options });
    const weekday = of({ weekday: "short" });
    const day = of({ weekday: "short", day: "numeric", month: "short" });
    const minute = of({ hour: "2-digit", minute: "2-digit" });
    const fullDay = of({ weekday: "short", day: "numeric", month: "long", year: "numeric" });
    return {
      weekday: (at: number) => weekday.format(at),
      day: (at: number) => day.format(at),
      minute: (at: number) => minute.format(at),
      fullDay: (at: number) => fullDay.format(at),
    };
  }, [language, zone]);
}
