/** The five fields of an expression; undefined for what has none, such as `@daily`. Missing fields are empty. */
export function crontabParts(expression: string): readonly string[] | undefined {
  const text = expression.trim();
  if (text.startsWith("@")) return undefined;
  const parts = text === "" ? [] : text.split(/\s+/);
  if (parts.length > 5) return undefined;
  return Array.from({ length: 5 }, (_, index) => parts[index] ?? "");
}

/** The expression with one field changed. An emptied field in the middle becomes `*`, so that the others keep their places. */
export function withCrontabPart(expression: string, index: number, part: string): string {
  const parts = [...(crontabParts(expression) ?? [])];
  parts[index] = part.replaceAll(/\s/g, "");
  const last = parts.findLastIndex((one) => one !== "");
  return parts
    .slice(0, last + 1)
    .map((one) => (one === "" ? "*" : one))
    .join(" ");
}
