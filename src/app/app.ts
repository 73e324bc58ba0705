import { type Accounts, createAccounts } from "../account/accounts.ts";
import { allPermissions } from "../account/permission.ts";
import { SqlAccountStore } from "../account/sql/sql-account-store.ts";
import { SqlChangeLog } from "../account/sql/sql-change-log.ts";
import { type Clock, systemClock } from "../base/clock.ts";
import { type Logger, silentLogger } from "../base/logger.ts";
import { type Random, systemRandom, uuidv7 } from "../base/random.ts";
import type { Wake } from "../base/wake.ts";
import type { Broker } from "../broker/broker.ts";
import { type Catalog, createCatalog } from "../catalog/catalog.ts";
import type { CatalogParts } from "../catalog/catalog-parts.ts";
import { ProjectDocuments } from "../catalog/document/project-documents.ts";
import { BrokerSender } from "../client/broker-sender.ts";
import { Client, type ClientParts } from "../client/client.ts";
import { ResultWatcher } from "../client/result-watcher.ts";
import type { ProcessRegistry } from "../control/process-registry.ts";
import type { Retention } from "../control/retention.ts";
import { SqlProcessReader } from "../control/sql/sql-process-reader.ts";
import { SqlRetention } from "../control/sql/sql-retention.ts";
import { SqlTopicReader } from "../control/sql/sql-topic-reader.ts";
import type { TopicReader } from "../control/topic-reader.ts";
import { projectKey } from "../database/project-key.ts";
import type { TaskConnections } from "../database/task-connection.ts";
import { announcementsOf } from "../discovery/announcement.ts";
import type { Discovery } from "../discovery/discover.ts";
import { cachedCompile } from "../firing/compile-cache.ts";
import { type Compile, compilePlan } from "../firing/schedule-plan.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { PauseStore } from "../ledger/pause-store.ts";
import type { PeriodicTaskStore } from "../ledger/periodic-task-store.ts";
import { SqlAuditReader } from "../ledger/sql/sql-audit-reader.ts";
import { SqlCalendarStore } from "../ledger/sql/sql-calendar-store.ts";
import { SqlFiringReader } from "../ledger/sql/sql-firing-reader.ts";
import { SqlPauseStore } from "../ledger/sql/sql-pause-store.ts";
import { SqlPeriodicTaskReader } from "../ledger/sql/sql-periodic-task-reader.ts";
import { SqlPeriodicTaskStore } from "../ledger/sql/sql-periodic-task-store.ts";
import { SqlPlanReader } from "../ledger/sql/sql-plan-reader.ts";
import { SqlReplanner } from "../ledger/sql/sql-replanner.ts";
import { collectAdminModels } from "../model/app-models.ts";
import { Records } from "../record/records.ts";
import { SqlRecordStore } from "../record/sql/sql-record-store.ts";
import type { ChordCounter, ResultBackend } from "../result/result-backend.ts";
import type { DeadLetterStore } from "../run/dead-letter-store.ts";
import { tellEnded } from "../run/ended-runs.ts";
import { HookCaller } from "../run/hook-caller.ts";
import type { LogStore } from "../run/log-store.ts";
import type { ObservedRuns } from "../run/observed-runs.ts";
import { Relay } from "../run/relay.ts";
import type { RunArchive } from "../run/run-archive.ts";
import type { RunLimits } from "../run/run-limits.ts";
import type { RelayedRuns, ReportedRuns, RunStore } from "../run/run-store.ts";
import { SecretSeal } from "../run/secret-seal.ts";
import { SqlAwaitedRuns } from "../run/sql/sql-awaited-runs.ts";
import { SqlDeadLetterStore } from "../run/sql/sql-dead-letter-store.ts";
import { SqlHandledRuns } from "../run/sql/sql-handled-runs.ts";
import { SqlObservedRuns } from "../run/sql/sql-observed-runs.ts";
import { SqlRunArchive } from "../run/sql/sql-run-archive.ts";
import { SqlRunReader } from "../run/sql/sql-run-reader.ts";
import { RUNS_TOPIC } from "../run/topics.ts";
import { type QueueOf, queueByRoutes } from "../task/routes.ts";
import type { Tracing } from "../task/tracing.ts";
import { shellPermissionOf } from "../worker/shell/shell-settings.ts";
import { type AdapterSettings, type Adapters, adaptersFor } from "./adapters.ts";
import { remoteControl } from "./celery.ts";
import { findRemoteTask } from "./find-remote-task.ts";
import type { ProjectDatabase } from "./open-database.ts";
import type { ResolvedConfig } from "./resolved-config.ts";
import { type AppTransport, createCarriers, prioritiesOf } from "./transport.ts";

const DAY_MS = 86_400_000;

export interface AppParts {
  readonly config: ResolvedConfig;
  /** Opened and migrated; closed with the app. */
  readonly database: ProjectDatabase;
  /** The project's apps, as far as this process needs them. */
  readonly discovery: Discovery;
  readonly logger?: Logger;
  readonly clock?: Clock;
  readonly random?: Random;
  /** In the place of the one that the settings name. */
  readonly broker?: Broker;
  /** Where the settings ask for it. */
  readonly tracing?: Tracing;
  /** In the place of those that the database's kind has. */
  readonly adapters?: (settings: AdapterSettings) => Adapters;
}

/** The project as one process uses it: everything that services, commands and the admin are made of. */
export interface App {
  readonly config: ResolvedConfig;
  readonly discovery: Discovery;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: Random;
  /** Hears what this process commits at once, and what others commit a moment later. */
  readonly wake: Wake;
  readonly database: ProjectDatabase;
  readonly compile: Compile;
  /** The tz database of this process. */
  readonly tzVersion: string;
  /** What carries runs to the workers. */
  readonly transport: AppTransport;
  /** Where Celery's clients look for results, if anywhere. */
  readonly results: ResultBackend | undefined;
  /** Who counts the members of chords. */
  readonly chords: ChordCounter;
  /** Hands runs over to the broker; undefined where the database is the broker. To be started by whoever sends. */
  readonly relay: Relay | undefined;
  /** Keeps what workers of another kind do; undefined where the database is the broker. */
  readonly observed: ObservedRuns | undefined;
  /** Brings home the results of what these execute; undefined where there are none to be had. To be started by services. */
  readonly watcher: ResultWatcher | undefined;
  /** Seals and opens what tasks' schemas declare secret. */
  readonly secrets: SecretSeal;
  readonly runs: RunStore & RelayedRuns & ReportedRuns;
  /** Where runs go whose call, periodic task and task name no queue. */
  readonly queueOf: QueueOf;
  readonly findRemote: ClientParts["findRemote"];
  readonly limits: RunLimits;
  readonly deadLetters: DeadLetterStore;
  readonly archive: RunArchive;
  readonly logs: LogStore;
  readonly ledger: Ledger;
  readonly periodicTasks: PeriodicTaskStore;
  readonly pauses: PauseStore;
  readonly processes: ProcessRegistry;
  readonly accounts: Accounts;
  /** The records of the models that the apps show. */
  readonly records: Records;
  readonly client: Client;
  /** The project's own hooks, if there are any. */
  readonly hooks: HookCaller | undefined;
  readonly tracing: Tracing | undefined;
  readonly readers: CatalogParts["readers"];
  /** What people and programs do with periodic tasks and runs. */
  readonly catalog: Catalog;
  /** Everything that people have set, out and in. */
  readonly documents: ProjectDocuments;
  readonly topics: TopicReader;
  readonly retention: Retention;
  readonly taskConnections: TaskConnections;
  /** Lets go of everything but the database that it was given. */
  release(): Promise<void>;
  /** Lets go of everything, and closes the database. */
  close(): Promise<void>;
}

/** Puts the parts together, with the adapters of the database that it was given. */
export function composeApp(parts: AppParts): App {
  const { config, database, discovery, logger = silentLogger, clock = systemClock, random = systemRandom } = parts;
  const { db, reader } = database;
  const carriers = createCarriers({ ...parts, clock, random, logger });
  const { transport, results, chords } = carriers;
  const queueOf = queueByRoutes(config);
  const { adapters: made = (settings) => adaptersFor(database, settings) } = parts;
  const hooks = config.hooks === null ? undefined : new HookCaller(config.hooks, logger);
  const adapters = made({
    clock,
    durability: config.durability,
    taskConnections: config.worker.concurrency,
    carriage: {
      arrival: transport.kind === "relayed" ? "unpublished" : "ready",
      reports: results === undefined ? "linked" : true,
      queueOf,
      ...(hooks !== undefined && { ended: (ids) => void tellEnded(hooks, runs, ids) }),
    },
  });
  const { wake, runs } = adapters;
  const deadLetters = new SqlDeadLetterStore(db, reader);
  const relay =
    transport.kind === "relayed"
      ? new Relay({ ...transport, runs, letters: deadLetters, wake, clock, random, logger })
      : undefined;
  const observed =
    transport.kind === "relayed" ? new SqlObservedRuns(db, runs, () => wake.tell(RUNS_TOPIC)) : undefined;
  const watcher =
    observed && results
      ? new ResultWatcher({ results, awaited: new SqlAwaitedRuns(reader), observed, clock, logger })
      : undefined;
  const startWatching = (foreignId?: string) => {
    void watcher?.start();
    if (foreignId !== undefined) watcher?.await(foreignId);
  };
  const sender = transport.kind === "relayed" ? new BrokerSender({ ...transport, runs, clock, logger }) : undefined;
  const { models } = collectAdminModels(discovery.apps);
  const permissions = allPermissions(models.map(({ model }) => model.name));
  const accounts = createAccounts({
    store: new SqlAccountStore(db, reader),
    changes: new SqlChangeLog(reader),
    clock,
    random,
    permissions: () => permissions,
    sessions: { idleMs: config.admin.sessionIdleMs, longestMs: config.admin.sessionLongestMs },
  });
  const compile = cachedCompile(compilePlan);
  const periodicTasks = new SqlPeriodicTaskStore({
    db,
    uid: () => uuidv7(clock.now(), random),
    tell: adapters.tellSchedules,
  });
  const pauses = new SqlPauseStore(db, adapters.tellSchedules);
  const calendars = new SqlCalendarStore({
    db,
    uid: () => uuidv7(clock.now(), random),
    tell: adapters.tellSchedules,
  });
  const tzVersion = process.versions.tz ?? "unknown";
  const replanner = new SqlReplanner({ db, tzVersion, tell: adapters.tellSchedules });
  const readers = {
    runs: new SqlRunReader(reader),
    plans: new SqlPlanReader(reader),
    audit: new SqlAuditReader(reader),
    periodicTasks: new SqlPeriodicTaskReader(reader),
    firings: new SqlFiringReader(reader),
    processes: new SqlProcessReader(reader, queueOf),
  };
  const { timeZone, defaultQueue } = config;
  const secrets = new SecretSeal(async () => config.secretKey ?? (await projectKey(db, random)));
  const { tracing } = parts;
  const findRemote = findRemoteTask(readers.processes, { clock, defaultQueue, secrets });
  const client = new Client({
    transactional: adapters.transactional,
    ...(hooks !== undefined && { hooks }),
    ...(tracing !== undefined && { tracing }),
    secrets,
    runs,
    wake,
    clock,
    random,
    registry: discovery.registry,
    findRemote,
    ...{ defaultQueue, queueOf },
    ...(sender !== undefined && { sender }),
    ...(relay !== undefined && { relaying: () => void relay.start() }),
    // Results that come as messages go to the process that published the run, and to no other.
    ...(results?.kind === "rpc" && { sending: () => startWatching() }),
    ...(watcher !== undefined && { awaiting: startWatching }),
    ...(results !== undefined && { results }),
    chords,
    ...(transport.kind === "relayed" && { priorities: prioritiesOf(transport.broker) }),
  });
  const ownTasks = [...discovery.registry.entries()].flatMap((found) => announcementsOf(found, queueOf));
  const { ledger, logs, limits, processes, taskConnections } = adapters;
  const release = async () => {
    await client.close();
    await sender?.close();
    await relay?.stop();
    await watcher?.stop();
    await carriers.close();
    await adapters.release();
  };
  const shared = {
    ledger,
    periodicTasks,
    pauses,
    calendars,
    replanner,
    tzVersion,
    runs,
    logs,
    readers,
    wake,
    clock,
    random,
    compile,
  };
  const { runsDays, ledgerDays } = config.retention;
  const retained = { runsMs: runsDays * DAY_MS, ledgerMs: ledgerDays * DAY_MS };
  const archive = new SqlRunArchive(db);
  const handled = new SqlHandledRuns(db);
  const catalogParts: CatalogParts = {
    secrets,
    ...{ ...shared, archive, handled, deadLetters, timeZone, defaultQueue, ownTasks, retained },
    permissionOf: (task) => shellPermissionOf(task, config.shell),
    ...(transport.kind === "relayed" && {
      broker: transport.broker,
      remote: remoteControl({ clock, random }, transport.broker),
      noteCommand: (told) => logger.info(told, `'${told.by}' commanded '${told.node}': ${told.command}`),
    }),
  };
  const catalog = createCatalog(catalogParts);
  return {
    ...shared,
    ...{
      secrets,
      transport,
      results,
      chords,
      relay,
      observed,
      watcher,
      archive,
      deadLetters,
      limits,
      queueOf,
      findRemote,
    },
    ...{ hooks, tracing },
    config,
    discovery,
    logger,
    database,
    processes,
    catalog,
    documents: new ProjectDocuments(catalogParts, catalog, accounts),
    accounts,
    records: new Records(models, new SqlRecordStore(db, reader), clock),
    client,
    topics: new SqlTopicReader(reader),
    retention: new SqlRetention({
      ...{ db, reader, policy: config.retention },
      announcements: () => readers.processes.announcements(),
    }),
    taskConnections,
    release,
    async close() {
      await release();
      await database.close();
    },
  };
}
