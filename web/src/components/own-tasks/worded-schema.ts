type Schema = { readonly [key: string]: unknown };

export interface SchemaTexts {
  readonly titles: Readonly<Record<string, string>>;
  readonly help: Readonly<Record<string, string>>;
  /** Of the command's two forms. */
  readonly line: string;
  readonly list: string;
}

const isObject = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The same schema with the reader's words in the place of its own titles and descriptions. */
export function wordedSchema(schema: unknown, texts: SchemaTexts): unknown {
  if (!isObject(schema) || !isObject(schema.properties)) return schema;
  const properties = Object.entries(schema.properties).map(([name, part]) => [name, worded(name, part, texts)]);
  return { ...schema, properties: Object.fromEntries(properties) };
}

function worded(name: string, part: unknown, { titles, help, line, list }: SchemaTexts): unknown {
  if (!isObject(part)) return part;
  const title = titles[name];
  const description = help[name];
  const forms = Array.isArray(part.anyOf)
    ? part.anyOf.map((form: unknown) =>
        isObject(form) ? { ...form, title: form.type === "array" ? list : line } : form,
      )
    : undefined;
  return {
    ...part,
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(forms !== undefined && { anyOf: forms }),
  };
}
