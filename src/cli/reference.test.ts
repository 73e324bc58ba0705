import type { Command } from "commander";
import { expect, test } from "vitest";
import { testTerminal } from "../../test/support/terminal.ts";
import { exitCodeMeanings } from "./exit-code.ts";
import { createProgram } from "./program.ts";

const program = createProgram(testTerminal(), "0.0.0");

/** `npx vitest run src/cli/reference.test.ts -u` writes the page anew. */
test("the reference tells what the commands tell of themselves", async () => {
  await expect(reference()).toMatchFileSnapshot("../../docs/reference/cli.md");
});

function reference(): string {
  const commands = program.commands.flatMap((command) => [
    // A command that takes arguments does something by itself.
    ...(command.commands.length === 0 || command.registeredArguments.length > 0
      ? [{ name: command.name(), command }]
      : []),
    ...command.commands.map((sub) => ({ name: `${command.name()} ${sub.name()}`, command: sub })),
  ]);
  return `${[
    "# Commands",
    "Every command but `startproject` and `preview` works in a project: it takes the nearest `hyoshi.config.ts` (or `.mts`, `.js`, `.mjs`) upwards from the working folder, or the one that `--config` names. What it answers goes to the standard output, everything else to the error output; an error is one line there.",
    "## Options of every command",
    optionTable(program),
    "## Exit codes",
    tableOf(["Code", "Meaning"], Object.entries(exitCodeMeanings)),
    "A service ends with 0 when it was stopped: the first SIGTERM or SIGINT lets what runs finish and hands back the rest, a second one ends the waiting.",
    "## Environment",
    tableOf(["Variable", "Meaning"], environment),
    ...commands.flatMap(({ name, command }) => section(name, command)),
  ].join("\n\n")}\n`;
}

const environment: readonly [string, string][] = [
  [
    "`HYOSHI_ADMIN_USERNAME`, `HYOSHI_ADMIN_PASSWORD`",
    "what `createsuperuser` and `changepassword` take instead of asking",
  ],
  [
    "`HYOSHI_LOG_FORMAT`",
    "`pretty` or `json`: how services log; default: `pretty` at a terminal and under `dev`, else `json`",
  ],
  ["`NO_COLOR`, `FORCE_COLOR`", "whether the output is coloured"],
  ["`DATABASE_URL`, `BROKER_URL`, `DATA_DIR`, `HOST`, `PORT`, `HYOSHI_LOG_LEVEL`", "see the [settings](settings.md)"],
];

function section(name: string, command: Command): string[] {
  const args = command.registeredArguments.map((argument) => {
    const shown = `${argument.name()}${argument.variadic ? "..." : ""}`;
    return argument.required ? `<${shown}>` : `[${shown}]`;
  });
  const own = command.options.length === 0 ? [] : [optionTable(command)];
  const described = command.registeredArguments
    .filter(({ description }) => description !== "")
    .map((argument) => `- \`${argument.name()}\`: ${escaped(argument.description)}`);
  return [
    `## hyoshi ${name}`,
    `\`hyoshi ${[name, ...args].join(" ")}\``,
    `${sentence(command.description())}${afterText(command)}`,
    ...(described.length > 0 ? [described.join("\n")] : []),
    ...own,
  ];
}

/** What the help says below the options. */
function afterText(command: Command): string {
  let text = "";
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
  });
  command.outputHelp();
  const listed = command.createHelp().formatHelp(command, command.createHelp());
  const extra = text.replace(listed, "").trim().replace(/\s+/g, " ");
  return extra === "" ? "" : ` ${extra}`;
}

function optionTable(command: Command): string {
  const rows = command.options.map(({ flags, description, defaultValue }): [string, string] => {
    const byDefault = ["string", "number"].includes(typeof defaultValue) ? ` (default: ${defaultValue})` : "";
    return [`\`${flags}\``, `${escaped(description)}${byDefault}`];
  });
  return tableOf(["Option", "Meaning"], rows);
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

const escaped = (text: string) =>
  text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("* * *", "\\* \\* \\*");
const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${escaped(text.slice(1))}.`;
