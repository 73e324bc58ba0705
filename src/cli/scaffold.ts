import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { HyoshiError } from "../base/error.ts";

const templates = fileURLToPath(new URL("./templates/", import.meta.url));

/** npm leaves a `.gitignore` out of what it packs. */
const renamed: Readonly<Record<string, string>> = { gitignore: ".gitignore" };

/**
 * Writes the files of a template into `folder`, `{{name}}` replaced by `values.name`, and answers their names. Fails with
 * `file_exists` where one is there already, and then writes none.
 */
export function scaffold(template: string, folder: string, values: Readonly<Record<string, string>>): string[] {
  const source = join(templates, template);
  const files = readdirSync(source).map((name) => {
    const plain = name.replace(/\.template$/, "");
    return { target: renamed[plain] ?? plain, text: fill(readFileSync(join(source, name), "utf8"), values) };
  });
  const there = files.find(({ target }) => existsSync(join(folder, target)));
  if (there !== undefined) {
    throw new HyoshiError(
      "file_exists",
      `${join(folder, there.target)} is there already, and nothing was written: choose another folder`,
    );
  }
  for (const { target, text } of files) {
    const file = join(folder, target);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return files.map(({ target }) => target);
}

function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_whole, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`the template asks for '${name}', which nobody gave`);
    return value;
  });
}
