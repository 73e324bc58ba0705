import type { Accounts } from "../../account/accounts.ts";
import { type Actor, holds } from "../../account/permission.ts";
import type { Catalog } from "../catalog.ts";
import type { CatalogParts } from "../catalog-parts.ts";
import type { ImportReport } from "../import/import-report.ts";
import type { ProjectDocument } from "./document-shape.ts";
import { exportProject } from "./export-project.ts";
import { type DocumentImport, importProject } from "./import-project.ts";

/**
 * Everything that people have set as one document, out and in: periodic tasks with their schedules, calendars, pauses, and groups with their
 * permissions. Users, passwords, tokens, runs and the ledger are not part of it.
 */
export class ProjectDocuments {
  readonly #parts: CatalogParts;
  readonly #catalog: Catalog;
  readonly #accounts: Accounts;

  constructor(parts: CatalogParts, catalog: Catalog, accounts: Accounts) {
    this.#parts = parts;
    this.#catalog = catalog;
    this.#accounts = accounts;
  }

  /** Without the groups where `by` may not manage users. */
  export(by: Actor): Promise<ProjectDocument> {
    const mayManage = holds(by, "users.manage");
    return exportProject({ parts: this.#parts, ...(mayManage && { groups: this.#accounts.groups }) });
  }

  /** See {@link importProject}. */
  import(request: DocumentImport): Promise<ImportReport> {
    const { editor, pauses, calendars } = this.#catalog;
    const { groups, users } = this.#accounts;
    return importProject({ parts: this.#parts, editor, calendars, pauses, groups, users }, request);
  }
}
