import { useCallback, useMemo } from "react";
import { useLanguage } from "../../../i18n/language.tsx";
import type { HolidaySource } from "../../../services/wire.ts";

/** A country and its part, as the reader's language calls it: `Germany · BY`. */
export function useCountryName(): (source: HolidaySource) => string {
  const { language } = useLanguage();
  const names = useMemo(() => new Intl.DisplayNames(language, { type: "region" }), [language]);
  return useCallback(
    ({ country, region }) => {
      const name = /^[A-Z]{2}$/.test(country) ? (names.of(country) ?? country) : country;
      return region === null ? name : `${name} · ${region}`;
    },
    [names],
  );
}
