/** What became of one thing of the source. `changed`: it was there already, and is as the source has it now. */
export type ImportOutcome = "imported" | "changed" | "unchanged" | "skipped";

export interface ImportItem {
  readonly outcome: ImportOutcome;
  /** Where it stands in the source: `line 12`, `periodic task 7`. */
  readonly place: string;
  /** What it is called here; null for what has no name. */
  readonly name: string | null;
  /** Why it was skipped, or left as it is. */
  readonly reason?: string;
  /** What is not here as it was there, and what its reader has to know; a sentence each. */
  readonly notes: readonly string[];
  /** Of what was there already: the fields that changed. */
  readonly fields?: readonly string[];
}

/** Everything that was found in the source, and what became of it. */
export interface ImportReport {
  readonly source: string;
  /** Nothing was written: it tells what would be. */
  readonly dryRun: boolean;
  readonly counts: Readonly<Record<ImportOutcome, number>>;
  readonly items: readonly ImportItem[];
  /** About the source as a whole. */
  readonly notes: readonly string[];
}

export function importReport(parts: Omit<ImportReport, "counts">): ImportReport {
  const count = (outcome: ImportOutcome) => parts.items.filter((item) => item.outcome === outcome).length;
  const counts = {
    imported: count("imported"),
    changed: count("changed"),
    unchanged: count("unchanged"),
    skipped: count("skipped"),
  };
  return { source: parts.source, dryRun: parts.dryRun, counts, items: parts.items, notes: parts.notes };
}
