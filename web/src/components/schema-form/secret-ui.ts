import type { UiSchema } from "@rjsf/utils";

type Schema = { readonly [key: string]: unknown };

const isObject = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Which fields of a form are for secrets, as the form wants to be told; undefined where there are none. */
export function secretUi(schema: unknown, depth = 0): UiSchema | undefined {
  if (!isObject(schema) || depth > 20) return undefined;
  if (schema.secret === true || schema.writeOnly === true || schema.format === "password") {
    return schema.type === "string" ? { "ui:widget": "secret" } : undefined;
  }
  const ui: UiSchema = {};
  if (isObject(schema.properties)) {
    for (const [name, part] of Object.entries(schema.properties)) {
      const below = secretUi(part, depth + 1);
      if (below !== undefined) ui[name] = below;
    }
  }
  for (const key of ["items", "additionalProperties"] as const) {
    const below = secretUi(schema[key], depth + 1);
    if (below !== undefined) ui[key] = below;
  }
  return Object.keys(ui).length === 0 ? undefined : ui;
}
