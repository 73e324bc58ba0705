import { Command } from "commander";
import { Ending } from "../ending.ts";
import { exitCodes } from "../exit-code.ts";
import { withApp } from "../open-command-app.ts";
import { operatorName } from "../operator.ts";
import { answer, type Terminal } from "../terminal.ts";

interface CancelOptions {
  readonly force?: true;
  readonly json?: true;
}

export function cancelCommand(terminal: Terminal): Command {
  return new Command("cancel")
    .description("cancel waiting runs, and ask running ones to stop")
    .argument("<id...>", "the runs' ids")
    .option("--force", "end running ones now; what their workers still do is not recorded")
    .option("--json", "answer in JSON")
    .action((ids: string[], { force, json }: CancelOptions, command: Command) =>
      withApp(terminal, command, {}, async ({ runs, catalog }) => {
        const states = await runs.cancel({ ids, by: operatorName(), now: terminal.clock.now(), force: force ?? false });
        await catalog.remote.revoke(ids, force ?? false);
        const answers = ids.map((id, index) => ({ id, state: states[index] ?? "unknown" }));
        answer(terminal, json, answers, () => answers.map(({ id, state }) => `${id}  ${told(state)}`).join("\n"));
        if (answers.some(({ state }) => state === "unknown")) throw new Ending(exitCodes.notFound);
      }),
    );
}

function told(state: string): string {
  if (state === "running") return "running, asked to stop";
  if (state === "unknown") return "there is no such run";
  return state === "cancelled" ? "cancelled" : `${state} already`;
}
