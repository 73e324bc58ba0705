import { Command } from "commander";
import type { TreeLine } from "../../catalog/run-tree.ts";
import { withApp } from "../open-command-app.ts";
import { answer, type Terminal } from "../terminal.ts";
import { formatDuration } from "../times.ts";

export function treeCommand(terminal: Terminal): Command {
  return new Command("tree")
    .description(
      "draw the runs that belong together with a run: a canvas with what is still to come, and what tasks have sent",
    )
    .argument("<run>", "the run's id")
    .option("--json", "answer in JSON")
    .action((id: string, { json }: { json?: true }, command: Command) =>
      withApp(terminal, command, {}, async ({ catalog }) => {
        const tree = await catalog.families.tree(id);
        answer(terminal, json, tree, () =>
          tree.lines.map((line) => `${"  ".repeat(line.depth)}${textOf(line)}`).join("\n"),
        );
      }),
    );
}

function textOf(line: TreeLine): string {
  if (line.kind === "group") return `group of ${line.size}, ${line.ended} ended`;
  if (line.kind === "planned") return `${line.task}  still to come`;
  const { task, state, id, startedAt, endedAt } = line.run;
  const took = startedAt === undefined || endedAt === undefined ? "" : `  ${formatDuration(endedAt - startedAt)}`;
  return `${task}  ${state}${took}  ${id}`;
}
