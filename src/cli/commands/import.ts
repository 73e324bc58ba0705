import { Command } from "commander";
import type { Terminal } from "../terminal.ts";
import { importCrontabCommand } from "./import-crontab.ts";

/** Takes over what another system schedules. */
export function importCommand(terminal: Terminal): Command {
  return new Command("import")
    .description("take over schedules and history from elsewhere")
    .addCommand(importCrontabCommand(terminal));
}
