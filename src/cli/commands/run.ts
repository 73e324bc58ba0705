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
      withApp(terminal, command, {}, async ({ catalog, config }) => {
        // As the admin shows it: what its task declares secret is not to be read here either.
        const { warnings, children: _children, durationMs: _duration, ...run } = await catalog.runs.get(id);
        answer(terminal, options.json, run, () =>
          [
            runLines(run, run.attempts, config.timeZone, terminal.clock.now()),
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
