import type { Accounts } from "../account/accounts.ts";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { Wake } from "../base/wake.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { CodeRequest } from "../catalog/code/code-schedules.ts";
import type { ProjectDocuments } from "../catalog/document/project-documents.ts";
import type { TopicReader } from "../control/topic-reader.ts";
import type { Records } from "../record/records.ts";

export interface AdminConfig {
  /** Names by which browsers may call it, without the port; `*.example.com` allows the names below one, `*` any. */
  readonly allowedHosts: readonly string[];
  /** Addresses or networks of the proxies whose X-Forwarded headers are believed. */
  readonly trustedProxies: readonly string[];
  /** `/`, or the path below which it lives. */
  readonly basePath: string;
  readonly host: string;
  readonly port: number;
  readonly timeZone: string;
  readonly projectName: string;
  readonly version: string;
  /** `auto`: the session's cookie is Secure where the request came over TLS, as a trusted proxy tells. */
  readonly secureCookies: "auto" | "always";
  /** The front-end's build; default: the package's own. */
  readonly webRoot?: string;
  /** Checks each answer against the contract, for tests: an answer that does not fit becomes a 500. Default: false. */
  readonly checkAnswers?: boolean;
}

/** What the admin's routes are made of. */
export interface AdminApp {
  readonly config: AdminConfig;
  readonly accounts: Accounts;
  readonly catalog: Catalog;
  /** The periodic tasks that the apps' code defines, as this process imported it. */
  readonly definitions: CodeRequest;
  /** Everything that people have set, out and in. */
  readonly documents: ProjectDocuments;
  /** Tells `database` after every commit, this process's and others'. */
  readonly wake: Wake;
  /** What the live events compare. */
  readonly topics: TopicReader;
  /** The records of the apps' models. */
  readonly records: Records;
  readonly clock: Clock;
  readonly logger: Logger;
}
