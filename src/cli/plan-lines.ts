import type { Json } from "../base/json.ts";
import type { CodeAction, CodePlan, CodePlanItem } from "../catalog/code/code-plan.ts";

const marks: Readonly<Record<CodeAction, string>> = {
  create: "+",
  update: "~",
  archive: "-",
  release: "=",
  conflict: "!",
  invalid: "!",
  none: " ",
};

/** What applying the code would do, or has done: a line for each periodic task that it concerns, its fields below it. */
export function planLines({ items, unread }: CodePlan, { applied }: { readonly applied: boolean }): string[] {
  const concerned = items.filter(isTold);
  const lines = concerned.flatMap((item) => [
    `${marks[item.action]} ${wordOf(item, applied)} '${item.name}' (${item.app})${item.reason ? `: ${item.reason}` : ""}`,
    ...item.updates.map(({ field, from, to }) => `    ${field}: ${short(from)} -> ${short(to)}`),
    ...item.conflicts.map(
      ({ field, code, now }) => `  ! ${field}: code has ${short(code)}, edited here to ${short(now)}, which stays`,
    ),
    ...item.drift.map(({ field, code, now }) => `    ${field}: edited here to ${short(now)}, code has ${short(code)}`),
  ]);
  return [
    ...lines,
    ...unread.map((app) => `! app '${app}' could not be read in full: nothing that it defined is taken away`),
  ];
}

function isTold({ action, conflicts, drift, reason }: CodePlanItem): boolean {
  return action !== "none" || conflicts.length > 0 || drift.length > 0 || reason !== undefined;
}

function wordOf({ action, conflicts, drift }: CodePlanItem, applied: boolean): string {
  switch (action) {
    case "create":
      return applied ? "made" : "make";
    case "update":
      return applied ? "updated" : "update";
    case "archive":
      return applied ? "archived" : "archive";
    case "release":
      return applied ? "released" : "release";
    case "conflict":
      return "conflict in";
    case "invalid":
      return "cannot apply";
    default:
      return conflicts.length === 0 && drift.length > 0 ? "edited here:" : "keep";
  }
}

const LONGEST = 80;

function short(value: Json): string {
  if (value === null) return "nothing";
  const text = JSON.stringify(value);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}

/** `2 made, 1 updated`; undefined where nothing is done. */
export function planSum({ items }: CodePlan, { applied }: { readonly applied: boolean }): string | undefined {
  const words: readonly [CodeAction, string, string][] = [
    ["create", "to make", "made"],
    ["update", "to update", "updated"],
    ["archive", "to archive", "archived"],
    ["release", "to release", "released"],
    ["conflict", "in conflict", "in conflict"],
    ["invalid", "invalid", "invalid"],
  ];
  const parts = words.flatMap(([action, dry, done]) => {
    const count = items.filter((item) => item.action === action).length;
    return count === 0 ? [] : [`${count} ${applied ? done : dry}`];
  });
  return parts.length === 0 ? undefined : parts.join(", ");
}
