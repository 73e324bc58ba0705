import { Backfills } from "./backfills.ts";
import { Calendars } from "./calendars.ts";
import type { CatalogParts } from "./catalog-parts.ts";
import { CodeSchedules } from "./code/code-schedules.ts";
import { DeadLetters } from "./dead-letters.ts";
import { FiringListing } from "./firing-listing.ts";
import { Forecasts } from "./forecasts.ts";
import { Imports } from "./import/imports.ts";
import { InputCheck } from "./input-check.ts";
import { LedgerAudit } from "./ledger-audit.ts";
import { Pauses } from "./pauses.ts";
import { PeriodicTaskEditor } from "./periodic-task-editor.ts";
import { PeriodicTaskListing } from "./periodic-task-listing.ts";
import { type PreviewRequest, previewSchedule, type SchedulePreview } from "./preview-schedule.ts";
import { Queues } from "./queues.ts";
import { RemoteWorkers } from "./remote-workers.ts";
import { Replans } from "./replans.ts";
import { RunFamilies } from "./run-families.ts";
import { RunListing } from "./run-listing.ts";
import { RunRequests } from "./run-requests.ts";
import { RunSearches } from "./run-searches.ts";
import { Status } from "./status.ts";
import { Timelines } from "./timelines.ts";

/** Everything that people and programs do with periodic tasks and runs: the admin's and the commands' one door. */
export interface Catalog {
  readonly editor: PeriodicTaskEditor;
  readonly periodicTasks: PeriodicTaskListing;
  readonly pauses: Pauses;
  readonly queues: Queues;
  readonly calendars: Calendars;
  readonly replans: Replans;
  readonly audit: LedgerAudit;
  readonly backfills: Backfills;
  readonly forecasts: Forecasts;
  readonly timelines: Timelines;
  readonly requests: RunRequests;
  readonly searches: RunSearches;
  readonly families: RunFamilies;
  readonly runs: RunListing;
  readonly firings: FiringListing;
  readonly status: Status;
  readonly remote: RemoteWorkers;
  readonly deadLetters: DeadLetters;
  readonly imports: Imports;
  /** What the apps' code schedules. */
  readonly code: CodeSchedules;
  /** Zone and start default to the project's and to now. */
  preview(request: Partial<PreviewRequest> & Pick<PreviewRequest, "definition" | "count">): SchedulePreview;
}

export function createCatalog(parts: CatalogParts): Catalog {
  const check = new InputCheck(parts.secrets);
  const runs = new RunListing(parts);
  const remote = new RemoteWorkers(parts);
  const replans = new Replans(parts);
  const editor = new PeriodicTaskEditor(parts, check);
  const pauses = new Pauses(parts);
  const requests = new RunRequests(parts, check, remote);
  return {
    editor,
    periodicTasks: new PeriodicTaskListing(parts, check),
    pauses,
    queues: new Queues(parts, pauses),
    calendars: new Calendars(parts, replans),
    replans,
    audit: new LedgerAudit({ ...parts, reader: parts.readers.audit }),
    backfills: new Backfills(parts, check),
    forecasts: new Forecasts(parts),
    timelines: new Timelines(parts),
    requests,
    searches: new RunSearches(parts, requests),
    families: new RunFamilies(parts),
    runs,
    firings: new FiringListing(parts),
    status: new Status(parts, runs),
    remote,
    deadLetters: new DeadLetters(parts),
    imports: new Imports(parts, editor),
    code: new CodeSchedules(parts, editor),
    preview: (request) => previewSchedule({ zone: parts.timeZone, after: parts.clock.now(), ...request }),
  };
}
