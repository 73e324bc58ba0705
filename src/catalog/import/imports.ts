import type { CatalogParts } from "../catalog-parts.ts";
import type { PeriodicTaskEditor } from "../periodic-task-editor.ts";
import { type CeleryBeatImport, importCeleryBeat } from "./import-celery-beat.ts";
import { type CeleryResultsImport, importCeleryResults } from "./import-celery-results.ts";
import { type CrontabImport, importCrontab } from "./import-crontab.ts";
import type { ImportReport } from "./import-report.ts";

/** What comes from elsewhere. Each import reports everything that it found, and says with `dryRun` what it would do. */
export class Imports {
  readonly #target: { readonly parts: CatalogParts; readonly editor: PeriodicTaskEditor };

  constructor(parts: CatalogParts, editor: PeriodicTaskEditor) {
    this.#target = { parts, editor };
  }

  /** See {@link importCeleryBeat}. */
  celeryBeat(request: CeleryBeatImport): Promise<ImportReport> {
    return importCeleryBeat(this.#target, request);
  }

  /** See {@link importCeleryResults}. */
  celeryResults(request: CeleryResultsImport): Promise<ImportReport> {
    return importCeleryResults(this.#target.parts, request);
  }

  /** See {@link importCrontab}. */
  crontab(request: CrontabImport): Promise<ImportReport> {
    return importCrontab(this.#target, request);
  }
}
