import { Command, InvalidArgumentError } from "commander";
import type { PlanEffects } from "../../catalog/plan-effects.ts";
import { Ending } from "../ending.ts";
import { exitCodes } from "../exit-code.ts";
import { withApp } from "../open-command-app.ts";
import { operator } from "../operator.ts";
import { answer, type Terminal } from "../terminal.ts";

interface ReplanOptions {
  readonly zone?: Readonly<Record<string, string>>;
  readonly dryRun?: true;
  readonly json?: true;
}

const SHOWN = 20;

export function replanCommand(terminal: Terminal): Command {
  return new Command("replan")
    .description("plan schedules anew after an update of the tz database, or move those of one zone to another")
    .option("--zone <old=new>", "move every schedule of a zone; may be repeated", zoneChange)
    .option("--dry-run", "show what would change, and change nothing")
    .option("--json", "answer in JSON")
    .addHelpText(
      "after",
      "\nIt may be interrupted: called again, it goes on with the rest. 'hyoshi check' tells when it is due.",
    )
    .action((options: ReplanOptions, command: Command) =>
      withApp(terminal, command, {}, async (app) => {
        const { replans } = app.catalog;
        const zones = options.zone ?? {};
        if (options.dryRun) {
          const effects = await replans.preview(zones);
          answer(terminal, options.json, jsonOf(effects), () => effectLines(effects));
          return;
        }
        const report = await replans.run(zones, operator());
        const failed = report.failed.map(({ scheduleId, error }) => ({ scheduleId, detail: error.message }));
        answer(terminal, options.json, { ...report, failed }, () =>
          [
            ...failed.map(({ scheduleId, detail }) => `failed: schedule ${scheduleId}: ${detail}`),
            `planned ${count(report.replanned)} anew; ${report.changed} of them now wait for another time`,
          ].join("\n"),
        );
        if (failed.length > 0) throw new Ending(exitCodes.failed);
      }),
    );
}

function zoneChange(text: string, before: Readonly<Record<string, string>> | undefined): Record<string, string> {
  const [, from, to] = /^([^=]+)=([^=]+)$/.exec(text) ?? [];
  if (from === undefined || to === undefined) {
    throw new InvalidArgumentError("expected OLD=NEW, such as Asia/Tokyo=Europe/Berlin");
  }
  return { ...before, [from.trim()]: to.trim() };
}

function jsonOf({ schedules, changed, effects, lookedAt }: PlanEffects) {
  return {
    schedules,
    changed,
    lookedAt,
    effects: effects.map(({ row: { plan: _, ...row }, ...effect }) => ({ ...row, ...effect })),
  };
}

function effectLines({ schedules, changed, effects, lookedAt }: PlanEffects): string {
  const lines = effects.slice(0, SHOWN).flatMap(({ row, removed, removedCount, added, addedCount, error }) => {
    const name = `${row.periodicTaskName}${row.scheduleName === "" ? "" : `: ${row.scheduleName}`} (schedule ${row.scheduleId})`;
    if (error !== null) return [`${name}: ${error.en}`];
    const first = ([time]: typeof removed, all: number) =>
      time === undefined ? "none" : `${time.local}${all === 1 ? "" : ` and ${all - 1} more`}`;
    return [`${name}`, `  no more  ${first(removed, removedCount)}`, `  new      ${first(added, addedCount)}`];
  });
  const seen = lookedAt === null ? "" : ` (${lookedAt} were looked at)`;
  return [
    ...lines,
    ...(changed > SHOWN ? [`… and ${changed - Math.min(SHOWN, effects.length)} more`] : []),
    `${count(schedules)} would be planned anew; the times of ${changed} change${seen}`,
  ].join("\n");
}

function count(number: number): string {
  return `${number} schedule${number === 1 ? "" : "s"}`;
}
