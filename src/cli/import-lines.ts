import type { ImportItem, ImportOutcome, ImportReport } from "../catalog/import/import-report.ts";

const words: Readonly<Record<ImportOutcome, { readonly done: string; readonly dry: string }>> = {
  imported: { done: "imported", dry: "would import" },
  changed: { done: "changed", dry: "would change" },
  unchanged: { done: "unchanged", dry: "unchanged" },
  skipped: { done: "skipped", dry: "would skip" },
};

/** The whole report for people: a line for each thing that was found, its notes below it, then the notes on all and the sum. */
export function importLines({ items, notes, counts, dryRun, source }: ImportReport): string {
  const outcome = (item: ImportItem) => words[item.outcome][dryRun ? "dry" : "done"];
  const width = Math.max(0, ...items.map((item) => outcome(item).length));
  const lines = items.flatMap((item) => {
    const name = item.name === null ? "" : ` '${item.name}'`;
    const fields = item.fields === undefined || item.reason !== undefined ? "" : ` (${item.fields.join(", ")})`;
    const reason = item.reason === undefined ? "" : `: ${item.reason}`;
    return [
      `${outcome(item).padEnd(width)}  ${item.place}${name}${fields}${reason}`,
      ...item.notes.map((note) => `${" ".repeat(width)}    - ${note}`),
    ];
  });
  const sum = (Object.keys(words) as ImportOutcome[])
    .filter((key) => counts[key] > 0)
    .map((key) => `${counts[key]} ${words[key].done}`)
    .join(", ");
  return [
    ...lines,
    ...notes.map((note) => `! ${note}`),
    `${source}: ${sum || "nothing found"}${dryRun ? " (dry run: nothing was written)" : ""}`,
  ].join("\n");
}
