import { Command } from "commander";
import { backfillCommand } from "./commands/backfill.ts";
import { beatCommand } from "./commands/beat.ts";
import { cancelCommand } from "./commands/cancel.ts";
import { changepasswordCommand } from "./commands/changepassword.ts";
import { checkCommand } from "./commands/check.ts";
import { controlCommandGroup } from "./commands/control.ts";
import { createsuperuserCommand } from "./commands/createsuperuser.ts";
import { createtokenCommand } from "./commands/createtoken.ts";
import { deadLettersCommandGroup } from "./commands/dead-letters.ts";
import { devCommand } from "./commands/dev.ts";
import { drainCommand } from "./commands/drain.ts";
import { exportCommand } from "./commands/export.ts";
import { forecastCommand } from "./commands/forecast.ts";
import { importCommand } from "./commands/import.ts";
import { inspectCommandGroup } from "./commands/inspect.ts";
import { ledgerCommandGroup } from "./commands/ledger.ts";
import { logsCommand } from "./commands/logs.ts";
import { migrateCommand } from "./commands/migrate.ts";
import { pauseCommand, releaseCommand, resumeCommand } from "./commands/pause.ts";
import { planCommand } from "./commands/plan.ts";
import { previewCommand } from "./commands/preview.ts";
import { queuesCommandGroup } from "./commands/queues.ts";
import { replanCommand } from "./commands/replan.ts";
import { runCommandGroup } from "./commands/run.ts";
import { runAgainCommand } from "./commands/run-again.ts";
import { runsCommand } from "./commands/runs.ts";
import { runserverCommand } from "./commands/runserver.ts";
import { sendCommand } from "./commands/send.ts";
import { startappCommand } from "./commands/startapp.ts";
import { startprojectCommand } from "./commands/startproject.ts";
import { switchCommand } from "./commands/switch.ts";
import { tasksCommand } from "./commands/tasks.ts";
import { treeCommand } from "./commands/tree.ts";
import { workerCommand } from "./commands/worker.ts";
import { exitCodeMeanings } from "./exit-code.ts";
import type { Terminal } from "./terminal.ts";

/** Options that every command has. */
export interface GlobalOptions {
  readonly config?: string;
  readonly debug?: boolean;
}

/** The whole command. Each subcommand loads what it needs only when it is called. */
export function createProgram(terminal: Terminal, version: string): Command {
  const program = new Command("hyoshi")
    .description("Cron that you manage from the browser, with tasks written in TypeScript.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print a command's help")
    .option("--config <file>", "the configuration's file (default: hyoshi.config.ts, looked for upwards)")
    .option("--debug", "print the stack of an error")
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err, outputError() {} })
    .exitOverride()
    .showSuggestionAfterError()
    .addHelpText("after", `\nExit codes:\n${exitCodeLines()}`);
  const commands = [
    startprojectCommand(terminal, version),
    startappCommand(terminal),
    migrateCommand(terminal),
    createsuperuserCommand(terminal),
    changepasswordCommand(terminal),
    createtokenCommand(terminal),
    runserverCommand(terminal, version),
    beatCommand(terminal),
    workerCommand(terminal),
    devCommand(terminal),
    checkCommand(terminal),
    tasksCommand(terminal),
    sendCommand(terminal),
    runsCommand(terminal),
    runCommandGroup(terminal),
    logsCommand(terminal),
    cancelCommand(terminal),
    runAgainCommand(terminal),
    treeCommand(terminal),
    inspectCommandGroup(terminal),
    controlCommandGroup(terminal),
    deadLettersCommandGroup(terminal),
    switchCommand(terminal, true),
    switchCommand(terminal, false),
    queuesCommandGroup(terminal),
    drainCommand(terminal),
    pauseCommand(terminal),
    resumeCommand(terminal),
    releaseCommand(terminal),
    backfillCommand(terminal),
    previewCommand(terminal),
    forecastCommand(terminal),
    replanCommand(terminal),
    ledgerCommandGroup(terminal),
    planCommand(terminal),
    exportCommand(terminal),
    importCommand(terminal),
  ];
  for (const command of commands) {
    inherit(command, program);
    program.addCommand(command);
  }
  return program;
}

/** A group's own commands too are to end with exceptions, and not the process. */
function inherit(command: Command, parent: Command): void {
  command.copyInheritedSettings(parent);
  for (const sub of command.commands) inherit(sub, command);
}

function exitCodeLines(): string {
  return Object.entries(exitCodeMeanings)
    .map(([code, meaning]) => `  ${code}  ${meaning}`)
    .join("\n");
}
