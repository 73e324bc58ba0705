import { Command } from "commander";
import type { AuditReport, LedgerFinding } from "../../catalog/ledger-audit.ts";
import { Ending } from "../ending.ts";
import { exitCodes } from "../exit-code.ts";
import { withApp } from "../open-command-app.ts";
import { timeBeforeNow, wholeNumber } from "../parse-options.ts";
import { answer, type Terminal } from "../terminal.ts";
import { formatTime } from "../times.ts";

interface AuditOptions {
  readonly since?: string;
  readonly until?: string;
  readonly most: number;
  readonly json?: true;
}

export function ledgerCommandGroup(terminal: Terminal): Command {
  const group = new Command("ledger").description("look into the ledger of firings");
  group
    .command("audit")
    .description("recompute what should have fired, and compare it with the ledger and the runs")
    .option("--since <time>", "only nominal times since: 30m, 24h, 7d, or an ISO 8601 time with an offset")
    .option("--until <time>", "only nominal times until")
    .option("--most <number>", "how many findings to print", wholeNumber(1, 100_000), 1_000)
    .option("--json", "answer in JSON")
    .addHelpText(
      "after",
      "\nFrom the schedules' revisions, calendars and the tz database that they were planned with. Beats may go on meanwhile.\nEnds with 1 where something is wrong; notes alone do not matter to it.",
    )
    .action((options: AuditOptions, command: Command) =>
      withApp(terminal, command, {}, async (app) => {
        const now = terminal.clock.now();
        const report = await app.catalog.audit.run({
          most: options.most,
          ...(options.since !== undefined && { since: timeBeforeNow("--since", options.since, now) }),
          ...(options.until !== undefined && { until: timeBeforeNow("--until", options.until, now) }),
        });
        answer(terminal, options.json, report, () => reportLines(report, app.config.timeZone));
        if (report.errors > 0) throw new Ending(exitCodes.failed);
      }),
    );
  return group;
}

function reportLines(report: AuditReport, zone: string): string {
  const { schedules, rows, errors, notes, findings } = report;
  const left = errors + notes - findings.length;
  return [
    ...findings.map((finding) => findingLine(finding, zone)),
    ...(left > 0 ? [`… and ${left} more`] : []),
    `${count(schedules, "schedule")} and ${count(rows, "row")} looked at: ${count(errors, "error")}, ${count(notes, "note")}`,
  ].join("\n");
}

function findingLine(finding: LedgerFinding, zone: string): string {
  const { severity, periodicTaskName, scheduleName, scheduleId, at, through, text } = finding;
  const name = `${periodicTaskName}${scheduleName === "" ? "" : `: ${scheduleName}`} (schedule ${scheduleId})`;
  const times = at === through ? formatTime(at, zone) : `${formatTime(at, zone)} to ${formatTime(through, zone)}`;
  return `${severity}: ${name}, ${times}: ${text}`;
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}
