import { pointer } from "../base/field-error.ts";
import { type Misfire, misfireRules, type SchedulePolicies } from "../ledger/periodic-task-store.ts";
import { checkChoice, checkWhole, type Report } from "./value-check.ts";

/** What somebody gave of a schedule besides when it fires and what it sends. */
export interface SchedulePolicyInput {
  /** Default: `latest`. */
  readonly misfire?: Misfire | undefined;
  readonly catchUpWindowMs?: number | null | undefined;
  readonly catchUpCap?: number | null | undefined;
  readonly jitterMs?: number | null | undefined;
  readonly calendar?: SchedulePolicies["calendar"] | undefined;
}

type Checked = Pick<SchedulePolicies, "misfire" | "catchUpWindowMs" | "catchUpCap" | "jitterMs" | "calendar">;

const LONGEST_WINDOW_MS = 366 * 86_400_000;
const HIGHEST_CAP = 10_000;
const LONGEST_JITTER_MS = 86_400_000;

/** The policies with their defaults; what is wrong is reported with its path below `path`. That the calendar exists is not looked at. */
export function checkSchedulePolicies(given: SchedulePolicyInput, path: string, report: Report): Checked {
  const whole = (key: "catchUpWindowMs" | "catchUpCap" | "jitterMs", highest: number) =>
    checkWhole(pointer(path, key), given[key], 1, highest, report);
  const { calendar = null } = given;
  return {
    misfire:
      given.misfire === undefined
        ? "latest"
        : checkChoice(pointer(path, "misfire"), given.misfire, misfireRules, report),
    calendar: calendar && {
      id: calendar.id,
      rule: checkChoice(pointer(path, "calendar", "rule"), calendar.rule, ["skip", "previous", "next"], report),
    },
    catchUpWindowMs: whole("catchUpWindowMs", LONGEST_WINDOW_MS),
    catchUpCap: whole("catchUpCap", HIGHEST_CAP),
    jitterMs: whole("jitterMs", LONGEST_JITTER_MS),
  };
}
