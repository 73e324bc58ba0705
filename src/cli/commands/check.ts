import { Command } from "commander";
import { Ending } from "../ending.ts";
import { exitCodes } from "../exit-code.ts";
import { loadProject } from "../project.ts";
import { answer, type Terminal } from "../terminal.ts";

interface Finding {
  readonly severity: "error" | "warning";
  /** A setting's path, or an app's name. */
  readonly where: string;
  readonly text: string;
}

export function checkCommand(terminal: Terminal): Command {
  return new Command("check")
    .description("find everything that is wrong with the settings, the apps, the broker and the database")
    .option("--json", "answer in JSON")
    .addHelpText("after", "\nEnds with 3 where there is an error; warnings alone do not matter to it.")
    .action(async (options: { json?: true }, command: Command) => {
      const { config, problems, load, file } = await loadProject(terminal, command);
      const findings: Finding[] = problems.map(({ severity, setting, text }) => ({ severity, where: setting, text }));
      if (config !== undefined) {
        const { checkProject } = await import("../../app/check-project.ts");
        findings.push(...(await checkProject(config, load, terminal.clock)));
      }
      const errors = findings.filter(({ severity }) => severity === "error");
      const warnings = findings.filter(({ severity }) => severity === "warning");
      answer(terminal, options.json, { file, errors, warnings }, () =>
        [
          ...errors.map(({ text }) => `error: ${text}`),
          ...warnings.map(({ text }) => `warning: ${text}`),
          `${file}: ${count(errors.length, "error")}, ${count(warnings.length, "warning")}`,
        ].join("\n"),
      );
      if (errors.length > 0) throw new Ending(exitCodes.configuration);
    });
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}
