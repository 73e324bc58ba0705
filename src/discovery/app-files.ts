import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** In this order, where a module exists in several. */
const extensions = [".ts", ".mts", ".js", ".mjs"];

/** The file of an app's module: `tasks.ts` or `tasks/index.ts`, or what they are called in JavaScript. */
export function findModule(folder: string, name: string): string | null {
  for (const base of [name, join(name, "index")]) {
    for (const extension of extensions) {
      const file = join(folder, base + extension);
      if (existsSync(file)) return file;
    }
  }
  return null;
}

/** The files of `migrations/` by their names without extension, in the order of these. */
export function findMigrations(folder: string): readonly { readonly name: string; readonly file: string }[] {
  const migrations = join(folder, "migrations");
  if (!existsSync(migrations)) return [];
  return readdirSync(migrations)
    .filter((file) => extensions.some((extension) => file.endsWith(extension)) && !/\.(d|test|spec)\.\w+$/.test(file))
    .sort()
    .map((file) => ({ name: file.replace(/\.\w+$/, ""), file: join(migrations, file) }));
}
