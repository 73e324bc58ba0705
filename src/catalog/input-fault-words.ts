import { asSentence, type Bilingual } from "../base/bilingual.ts";
import {
  atLeast,
  atLeastCharacters,
  atLeastEntries,
  atMost,
  atMostCharacters,
  atMostEntries,
  faultWords,
  multipleOf,
  ofType,
  oneOf,
} from "../base/fault-words.ts";

type Params = Readonly<Record<string, unknown>>;

/** What the formats of JSON Schema are to people. */
const formats: Readonly<Record<string, Bilingual>> = {
  date: { en: "a date such as 2027-03-01", ja: "2027-03-01 のような日付" },
  time: { en: "a time such as 09:30:00Z", ja: "09:30:00Z のような時刻" },
  "date-time": { en: "a date and time such as 2027-03-01T09:30:00Z", ja: "2027-03-01T09:30:00Z のような日時" },
  duration: { en: "a duration such as PT15M", ja: "PT15M のような期間" },
  email: { en: "an email address", ja: "メールアドレス" },
  "idn-email": { en: "an email address", ja: "メールアドレス" },
  hostname: { en: "a host name", ja: "ホスト名" },
  ipv4: { en: "an IPv4 address", ja: "IPv4 アドレス" },
  ipv6: { en: "an IPv6 address", ja: "IPv6 アドレス" },
  uri: { en: "a URL", ja: "URL" },
  url: { en: "a URL", ja: "URL" },
  "uri-reference": { en: "a URL or a path", ja: "URL かパス" },
  uuid: { en: "a UUID", ja: "UUID" },
  regex: { en: "a regular expression", ja: "正規表現" },
};

const propertiesLeft = (ja: string, en: string) => (limit: number) => ({
  en: `Must have ${en} ${limit} ${limit === 1 ? "property" : "properties"}`,
  ja: `項目を ${limit} 個${ja}にしてください`,
});

const words: Readonly<Record<string, (params: Params) => Bilingual>> = {
  required: () => faultWords.required,
  additionalProperties: () => faultWords.unknownField,
  unevaluatedProperties: () => faultWords.unknownField,
  "false schema": () => faultWords.unknownField,
  type: ({ type }) => ofType(Array.isArray(type) ? type.map(String) : String(type).split(",")),
  enum: ({ allowedValues }) => oneOf((allowedValues as readonly unknown[]).map(shown)),
  const: ({ allowedValue }) => ({
    en: `Must be ${shown(allowedValue)}`,
    ja: `${shown(allowedValue)} にしてください`,
  }),
  minimum: ({ limit }) => atLeast(limit),
  maximum: ({ limit }) => atMost(limit),
  exclusiveMinimum: ({ limit }) => ({ en: `Must be more than ${limit}`, ja: `${limit} より大きくしてください` }),
  exclusiveMaximum: ({ limit }) => ({ en: `Must be less than ${limit}`, ja: `${limit} より小さくしてください` }),
  multipleOf: (params) => multipleOf(params.multipleOf),
  minLength: ({ limit }) => atLeastCharacters(Number(limit)),
  maxLength: ({ limit }) => atMostCharacters(Number(limit)),
  minItems: ({ limit }) => atLeastEntries(Number(limit)),
  maxItems: ({ limit }) => atMostEntries(Number(limit)),
  uniqueItems: ({ i, j }) => ({
    en: `Entries ${Number(j) + 1} and ${Number(i) + 1} are the same`,
    ja: `${Number(j) + 1} 件目と ${Number(i) + 1} 件目が同じです`,
  }),
  minProperties: ({ limit }) => propertiesLeft("以上", "at least")(Number(limit)),
  maxProperties: ({ limit }) => propertiesLeft("以内", "at most")(Number(limit)),
  propertyNames: ({ propertyName }) => ({
    en: `The name “${String(propertyName)}” is not accepted`,
    ja: `「${String(propertyName)}」という名前は使えません`,
  }),
  dependentRequired: ({ property, missingProperty }) => ({
    en: `With “${String(property)}”, “${String(missingProperty)}” is needed too`,
    ja: `「${String(property)}」を指定するときは「${String(missingProperty)}」も必要です`,
  }),
  contains: () => ({ en: "None of the entries is one that is needed", ja: "必要な要素が含まれていません" }),
  pattern: ({ pattern }) => ({ en: `Must match ${String(pattern)}`, ja: `${String(pattern)} に合う形にしてください` }),
  format: ({ format }) => {
    const known = formats[String(format)] ?? { en: `a valid ${String(format)}`, ja: `正しい ${String(format)} ` };
    return { en: `Must be ${known.en}`, ja: `${known.ja}にしてください` };
  },
  anyOf: () => ({ en: "Fits none of the accepted forms", ja: "受け付けられるどの形にも合いません" }),
  oneOf: () => ({
    en: "Must fit exactly one of the accepted forms",
    ja: "受け付けられる形のちょうど 1 つに合わせてください",
  }),
  not: () => ({ en: "This value is ruled out", ja: "この値は使えません" }),
  if: () => ({ en: "Does not go with the other values", ja: "ほかの値との組み合わせが合いません" }),
};

/** A fault that Ajv found, in words. A keyword without words of its own keeps the validator's sentence in English. */
export function inputFaultText(keyword: string, params: Params, message: string): Bilingual {
  const tell = Object.hasOwn(words, keyword) ? words[keyword] : undefined;
  return tell?.(params) ?? { en: asSentence(message), ja: faultWords.notAccepted.ja };
}

const shown = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
