import { Command } from "commander";
import { HyoshiError } from "../../base/error.ts";
import { withApp } from "../open-command-app.ts";
import { runLines } from "../run-lines.ts";
import { answer, type Terminal } from "../terminal.ts";

export function runCommandGroup(terminal: Terminal): Command {
  const show = new Command("show")
    .description("show a run: what was sent, when, its attempts, result and error")
    .argument("<id>", "the run's id")
    .option("--json", "answer in JSON")
    .action((id: string, options: { json?: true }, command: Command) =>
      withApp(terminal, command, {}, async ({ readers, catalog, config }) => {
        const run = await readers.runs.find(id);
        if (run === undefined) throw noRun(id);
        const attempts = await readers.runs.attempts(id);
        const warnings = options.json ? [] : await catalog.runs.warningsOf(run);
        answer(terminal, options.json, { ...run, attempts }, () =>
          [
            runLines(run, attempts, config.timeZone, terminal.clock.now()),
            ...warnings.map(({ text }) => `! ${text.en}`),
          ].join("\n"),
        );
      }),
    );
  return new Command("run").description("look at one run").addCommand(show);
}

export function noRun(id: string): HyoshiError {
  return new HyoshiError("not_found", `there is no run '${id}'`);
}
