import type { SchemaWords } from "./schema-words.ts";

const shown = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

const named = <Words extends object>(words: Words, name: unknown): string | undefined =>
  Object.hasOwn(words, String(name)) ? String(words[String(name) as keyof Words]) : undefined;

/** Keywords whose words name the limit that the schema sets. */
const limits = [
  "const",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minLength",
  "maxLength",
  "pattern",
  "minItems",
  "maxItems",
  "minProperties",
  "maxProperties",
] as const satisfies readonly (keyof SchemaWords)[];
const plain = [
  "required",
  "uniqueItems",
  "contains",
  "propertyNames",
  "anyOf",
  "oneOf",
  "not",
] as const satisfies readonly (keyof SchemaWords)[];

/** What is wrong with a value, in words. `sentence` is the validator's own, which names some of what is needed. */
export function sentenceOf(keyword: string, limit: unknown, sentence: string, words: SchemaWords): string {
  if (keyword === "type" && limit !== undefined) {
    const types = Array.isArray(limit) ? limit : [limit];
    return words.type(types.map((type) => named(words.types, type) ?? shown(type)).join(words.or));
  }
  if (keyword === "enum" && Array.isArray(limit)) return words.enum(limit.map(shown).join(words.comma));
  if (keyword === "format") return words.format(named(words.formats, limit) ?? words.otherFormat(shown(limit)));
  // The schema `false` stands where no property may.
  if (keyword === "false") return words.additionalProperties;
  if (keyword === "dependentRequired") {
    const [, property = "", missing = ""] = /"(.+)" but does not have "(.+)"/.exec(sentence) ?? [];
    return words.dependentRequired(property, missing);
  }
  const simple = plain.find((one) => one === keyword);
  if (simple !== undefined) return words[simple];
  const limited = limits.find((one) => one === keyword);
  return limited === undefined || limit === undefined ? words.other : words[limited](shown(limit));
}
