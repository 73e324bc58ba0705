/** A sentence for people, in both languages of the admin. */
export interface Bilingual {
  readonly en: string;
  readonly ja: string;
}

/** A sentence that stood inside another one, or a developer's, as its own: with a capital letter in front. */
export const asSentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
