import { useLanguage } from "./language.tsx";

type Message = string | ((...values: never[]) => string);
interface Tree {
  readonly [key: string]: Message | Tree;
}
/** The same keys, and for a message with values the same values. */
export type SameShape<T> = T extends string
  ? string
  : T extends (...values: infer Values) => string
    ? (...values: Values) => string
    : { [Key in keyof T]: SameShape<T[Key]> };

/**
 * Messages of one area in both languages, side by side; gives the hook that reads them. A message with values is a function, so a
 * missing message, a missing value and a misspelt key are all compile errors.
 */
export function defineMessages<const English extends Tree>(
  english: English,
  japanese: SameShape<English>,
): () => SameShape<English> {
  // SameShape only widens literals, which the compiler cannot see for a type it does not know yet.
  const catalogue = { en: english as unknown as SameShape<English>, ja: japanese };
  return () => catalogue[useLanguage().language];
}
