import { existsSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { Command } from "commander";
import { HyoshiError } from "../../base/error.ts";
import { loadProject } from "../project.ts";
import { scaffold } from "../scaffold.ts";
import type { Terminal } from "../terminal.ts";

export function startappCommand(terminal: Terminal): Command {
  return new Command("startapp")
    .description("make an app beside the configuration: a folder with a task")
    .argument("<name>", "the app's name, which its tasks' names begin with")
    .action(async (name: string, _options: object, command: Command) => {
      if (!/^[A-Za-z_][A-Za-z0-9_-]{0,99}$/.test(name)) {
        throw new HyoshiError(
          "usage",
          `'${name}' cannot be an app's name: expected letters, digits, '_' and '-', not beginning with a digit`,
        );
      }
      // What is wrong with the settings is not in the way: the app that is made may be what is missing.
      const { file } = await loadProject(terminal, command);
      const folder = join(dirname(file), name);
      if (existsSync(folder) && readdirSync(folder).length > 0) {
        throw new HyoshiError("file_exists", `${folder} is there already and not empty: choose another name`);
      }
      const files = scaffold("app", folder, { app: name });
      const shown = relative(terminal.workingFolder, folder) || ".";
      terminal.out(
        `${files.map((made) => `made ${join(shown, made)}\n`).join("")}\nNext: add '${name}' to 'apps' in ${relative(terminal.workingFolder, file)}\n`,
      );
    });
}
