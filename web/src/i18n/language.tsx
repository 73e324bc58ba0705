import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";

export type Language = "en" | "ja";
export const languages: readonly { code: Language; name: string }[] = [
  { code: "en", name: "English" },
  { code: "ja", name: "日本語" },
];

const storageKey = "hyoshi.language";

function firstLanguage(): Language {
  const kept = localStorage.getItem(storageKey);
  if (kept === "en" || kept === "ja") return kept;
  return navigator.languages.find((tag) => /^(en|ja)\b/.test(tag))?.startsWith("ja") ? "ja" : "en";
}

/** For what is not a component (react-admin's own messages). */
export let currentLanguage: Language = firstLanguage();

interface LanguageChoice {
  language: Language;
  setLanguage: (language: Language) => void;
}
const LanguageContext = createContext<LanguageChoice>({ language: currentLanguage, setLanguage: () => undefined });

/** Kept apart from react-admin's locale, whose change mounts the whole page anew and would empty a half-filled form. */
export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(currentLanguage);
  currentLanguage = language;
  useEffect(() => {
    document.documentElement.lang = language;
    // Last in the theme's list of fonts: its parts are loaded only where the system has no Japanese font.
    if (language === "ja") void import("@fontsource/noto-sans-jp/400.css");
  }, [language]);
  const value = useMemo(
    () => ({
      language,
      setLanguage: (chosen: Language) => {
        localStorage.setItem(storageKey, chosen);
        setLanguage(chosen);
      },
    }),
    [language],
  );
  return <LanguageContext.Provider value={value}>{children}</LanguageContext.Provider>;
}

export const useLanguage = (): LanguageChoice => useContext(LanguageContext);
