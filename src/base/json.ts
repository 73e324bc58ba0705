export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** JSON with its keys in order, so that equal values have equal texts. */
export function canonicalJson(value: Json): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((part: Json) => canonicalJson(part ?? null)).join(",")}]`;
  const members: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const part = (value as JsonObject)[key];
    if (part !== undefined) members.push(`${JSON.stringify(key)}:${canonicalJson(part)}`);
  }
  return `{${members.join(",")}}`;
}
