/** A sentence for people, in both languages of the admin. */
export interface Bilingual {
  readonly en: string;
  readonly ja: string;
}
