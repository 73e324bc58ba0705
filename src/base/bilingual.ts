/** A sentence for people, in both languages of the admin. */
export interface Bilingual {
  readonly en: string;
  readonly ja: string;
}

export function isBilingual(value: unknown): value is Bilingual {
  if (typeof value !== "object" || value === null) return false;
  const { en, ja } = value as Partial<Record<keyof Bilingual, unknown>>;
  return typeof en === "string" && typeof ja === "string";
}

/** A sentence that stood inside another one, or a developer's, as its own: with a capital letter in front. */
export const asSentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
