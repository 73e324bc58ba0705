import { Command } from "commander";
import { HyoshiError } from "../../base/error.ts";
import type { SearchReport } from "../../catalog/run-searches.ts";
import { withApp } from "../open-command-app.ts";
import { operator } from "../operator.ts";
import { wholeNumber } from "../parse-options.ts";
import { addSearchOptions, type SearchOptions, searchOf } from "../run-search-options.ts";
import { answer, type Terminal } from "../terminal.ts";

interface RunAgainOptions extends SearchOptions {
  readonly current?: true;
  readonly cap?: number;
  readonly dryRun?: true;
  readonly setAside?: true;
  readonly json?: true;
}

export function runAgainCommand(terminal: Terminal): Command {
  const command = new Command("run-again")
    .description("send a run once more, as it was sent; or all runs of a search, the newest of them up to a cap")
    .argument("[id]", "the run's id; without it, the options say which runs");
  return addSearchOptions(command)
    .option("--cap <number>", "of a search: how many at most, the newest (default: 100)", wholeNumber(1, 10_000))
    .option("--dry-run", "of a search: only say how many it would be")
    .option("--set-aside", "of a search: send none; they wait for nobody any more")
    .option("--current", "of one run: as its periodic task is today, instead of as it was sent")
    .option("--json", "answer in JSON")
    .action((id: string | undefined, options: RunAgainOptions, made: Command) =>
      withApp(terminal, made, {}, async (app) => {
        const { searches, requests } = app.catalog;
        const asker = { by: operator(), via: "api" as const };
        const { current, json, cap = 100 } = options;
        const search = await searchOf(app, options, terminal.clock.now());
        const isSearch = Object.keys(search).length > 0;
        if ((id === undefined) !== isSearch) throw ambiguous();
        if (id !== undefined) {
          const again = await requests.rerun(id, current ? "current" : "sent", asker);
          return answer(terminal, json, { id: again, rerunOf: id }, () => again);
        }
        const report = options.dryRun
          ? await searches.count(search, cap)
          : await (options.setAside ? searches.setAside(search, cap, asker) : searches.rerun(search, cap, asker));
        answer(terminal, json, report, () => linesOf(report, options));
      }),
    );
}

function linesOf({ matched, taken, done, failures }: SearchReport, { dryRun, setAside }: RunAgainOptions): string {
  const found = `${matched.capped ? "at least " : ""}${matched.value} found`;
  const verb = setAside ? "set aside" : "run again";
  if (dryRun) return `${found}; ${taken} would be ${verb}`;
  return [`${found}; ${done} ${verb}`, ...failures.map(({ id, detail }) => `${id}: ${detail}`)].join("\n");
}

function ambiguous(): HyoshiError {
  return new HyoshiError(
    "usage",
    "expected either the id of one run, or options that say which runs, such as '--state failed --task app.report'",
  );
}
