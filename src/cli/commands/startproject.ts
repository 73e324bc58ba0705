import { join, relative, resolve } from "node:path";
import { Command } from "commander";
import { HyoshiError } from "../../base/error.ts";
import { scaffold } from "../scaffold.ts";
import type { Terminal } from "../terminal.ts";

export function startprojectCommand(terminal: Terminal, version: string): Command {
  return new Command("startproject")
    .description("make a project that runs as it stands, with one app and one task")
    .argument("<name>", "the project's name")
    .argument("[folder]", "where it is made (default: a folder of that name)")
    .action((name: string, folder = name) => {
      if (!/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,99}$/u.test(name)) {
        throw new HyoshiError(
          "usage",
          `'${name}' cannot be a project's name: expected 1 to 100 letters, digits, blanks, '.', '_' and '-', beginning with a letter or a digit`,
        );
      }
      const target = resolve(terminal.workingFolder, folder);
      const files = scaffold("project", target, {
        name,
        packageName: packageName(name),
        version,
        timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      });
      const app = scaffold("app", join(target, "app"), { app: "app" });
      const shown = relative(terminal.workingFolder, target) || ".";
      terminal.out(
        [
          ...[...files, ...app.map((file) => join("app", file))].map((file) => `made ${join(shown, file)}`),
          "",
          "Next:",
          ...(shown === "." ? [] : [`  cd ${shown.includes(" ") ? `'${shown}'` : shown}`]),
          "  npm install",
          "  npm run setup",
          "  npm run dev",
          "",
        ].join("\n"),
      );
    });
}

/** What npm accepts; the project itself keeps its name as it was given. */
function packageName(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[._-]+|-+$/g, "");
  return plain === "" || plain === "hyoshi" ? "hyoshi-project" : plain;
}
