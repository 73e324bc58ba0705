import polyglotI18nProvider from "ra-i18n-polyglot";
import english from "ra-language-english";
import type { I18nProvider } from "react-admin";
import { currentLanguage, languages } from "./language.tsx";
import { japanese } from "./react-admin-japanese.ts";

const providers = {
  en: polyglotI18nProvider(() => english, "en", { allowMissing: true }),
  ja: polyglotI18nProvider(() => japanese, "ja", { allowMissing: true }),
};

/** react-admin asks at each drawing, so that its words follow the language without a new start. */
export const i18nProvider: I18nProvider = {
  translate: (key, options) => providers[currentLanguage].translate(key, options),
  // The language is chosen with LanguageProvider.
  changeLocale: () => Promise.resolve(),
  getLocale: () => "en",
  getLocales: () => languages.map(({ code, name }) => ({ locale: code, name })),
};
