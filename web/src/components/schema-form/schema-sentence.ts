import type { SchemaWords } from "./schema-words.ts";

const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** What is wrong with a value, in words; undefined for a keyword that has none here. */
export function sentenceOf(keyword: string, limit: unknown, words: SchemaWords): string | undefined {
  if (keyword === "type") {
    const types = Array.isArray(limit) ? limit : [limit];
    const named = types.map((type) =>
      type in words.types ? words.types[type as keyof SchemaWords["types"]] : text(type),
    );
    return words.type(named.join(words.or));
  }
  if (keyword === "enum" && Array.isArray(limit)) return words.enum(limit.map(text).join(", "));
  // The schema `false` stands where no property may.
  if (keyword === "false") return words.additionalProperties;
  if (limit === undefined && keyword !== "required") return undefined;
  const message = keyword in words ? words[keyword as keyof SchemaWords] : undefined;
  if (typeof message === "string") return message;
  return typeof message === "function" ? message(text(limit)) : undefined;
}
