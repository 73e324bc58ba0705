import type { Bilingual } from "./bilingual.ts";

/** The words for faults that many checks find, as the person at the form reads them. The rules stand with the checks. */
export const faultWords = {
  required: { en: "Needed", ja: "必須です" },
  stale: { en: "Somebody else changed it in the meantime", ja: "その間に、ほかの人が変更しました" },
  versionNeeded: {
    en: "Needed: the version that the change was made from",
    ja: "変更のもとにしたバージョンが必要です",
  },
  unknownField: { en: "Not known here", ja: "この名前の項目はありません" },
  notAccepted: { en: "Not accepted", ja: "この値は使えません" },
  inPast: { en: "Has passed: choose a time to come", ja: "すでに過ぎています。これから来る日時にしてください" },
} as const satisfies Readonly<Record<string, Bilingual>>;

export const atLeastCharacters = (count: number): Bilingual => ({
  en: `Too short: at least ${characters(count)}`,
  ja: `短すぎます。${count} 文字以上にしてください`,
});
export const atMostCharacters = (count: number): Bilingual => ({
  en: `Too long: at most ${characters(count)}`,
  ja: `長すぎます。${count} 文字以内にしてください`,
});
export const atLeastEntries = (count: number): Bilingual => ({
  en: `Too few: at least ${entries(count)}`,
  ja: `少なすぎます。${count} 件以上にしてください`,
});
export const atMostEntries = (count: number): Bilingual => ({
  en: `Too many: at most ${entries(count)}`,
  ja: `多すぎます。${count} 件以内にしてください`,
});
export const atLeast = (limit: unknown): Bilingual => ({
  en: `Must be ${limit} or more`,
  ja: `${limit} 以上にしてください`,
});
export const atMost = (limit: unknown): Bilingual => ({
  en: `Must be ${limit} or less`,
  ja: `${limit} 以下にしてください`,
});
export const multipleOf = (divisor: unknown): Bilingual => ({
  en: `Must be a multiple of ${divisor}`,
  ja: `${divisor} の倍数にしてください`,
});

/** `choices` as they are to be read, quoted or not. */
export const oneOf = (choices: readonly string[]): Bilingual => ({
  en: `Must be one of ${choices.join(", ")}`,
  ja: `${choices.join("、")} のいずれかにしてください`,
});

/** JSON's types and zod's names for them. */
const types: Readonly<Record<string, Bilingual>> = {
  string: { en: "text", ja: "文字列" },
  number: { en: "a number", ja: "数値" },
  integer: { en: "a whole number", ja: "整数" },
  int: { en: "a whole number", ja: "整数" },
  boolean: { en: "true or false", ja: " true か false " },
  array: { en: "a list", ja: "リスト" },
  object: { en: "an object", ja: "オブジェクト" },
  record: { en: "an object", ja: "オブジェクト" },
  null: { en: "null", ja: " null " },
};

export function ofType(names: readonly string[]): Bilingual {
  const named = names.map((name) => types[name] ?? { en: name, ja: name });
  return {
    en: `Must be ${named.map(({ en }) => en).join(" or ")}`,
    ja: `${named.map(({ ja }) => ja).join("か")}にしてください`.trim(),
  };
}

/** A number, perhaps whole, perhaps between limits. */
export function numberWithin(isWhole: boolean, least: number | undefined, most: number | undefined): Bilingual {
  const en = isWhole ? "a whole number" : "a number";
  const ja = isWhole ? "整数" : "数値";
  if (least !== undefined && most !== undefined)
    return { en: `Must be ${en} from ${least} to ${most}`, ja: `${least} から ${most} までの${ja}にしてください` };
  if (least !== undefined) return { en: `Must be ${en} of ${least} or more`, ja: `${least} 以上の${ja}にしてください` };
  if (most !== undefined) return { en: `Must be ${en} up to ${most}`, ja: `${most} 以下の${ja}にしてください` };
  return { en: `Must be ${en}`, ja: `${ja}にしてください` };
}

const characters = (count: number): string => (count === 1 ? "1 character" : `${count} characters`);
const entries = (count: number): string => (count === 1 ? "1 entry" : `${count} entries`);
