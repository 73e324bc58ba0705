import type { AppSource } from "../discovery/discover.ts";
import type { PoolKind } from "../task/pool-options.ts";
import type { Route } from "../task/routes.ts";
import type { ResolvedShell } from "../worker/shell/shell-settings.ts";
import type { BrokerAddress, DatabaseAddress, ResultsAddress } from "./address.ts";
import type { HyoshiConfig } from "./config.ts";

/** The settings that are in force: file, environment and defaults merged, checked, frozen. Nothing is left open. */
export interface ResolvedConfig {
  /** The file that they come from; null when the program gave them itself. */
  readonly file: string | null;
  /** What relative paths are relative to. */
  readonly folder: string;
  /** Where the SQLite file is put unless its path is absolute. */
  readonly dataFolder: string;
  readonly apps: readonly AppSource[];
  readonly projectName: string;
  readonly timeZone: string;
  readonly database: DatabaseAddress;
  readonly broker: BrokerAddress;
  readonly brokerOptions: {
    readonly keyPrefix: string;
    readonly visibilityTimeoutMs: number;
    readonly maxPriority: number | null;
    readonly queueType: "classic" | "quorum";
    readonly connectTimeoutMs: number;
  };
  readonly results: ResultsAddress;
  readonly resultOptions: {
    readonly keyPrefix: string;
    readonly expiresMs: number;
    readonly extended: boolean;
    readonly trackStarted: boolean;
  };
  readonly celery: { readonly events: boolean; readonly observe: boolean };
  /** Null: the one that the database keeps. */
  readonly secretKey: string | null;
  readonly queues: readonly string[];
  readonly defaultQueue: string;
  readonly routes: readonly Route[];
  readonly durability: "process" | "power";
  readonly worker: {
    readonly concurrency: number;
    readonly pool: PoolKind;
    readonly autoscale: { readonly min: number; readonly max: number } | null;
    readonly maxRunsPerChild: number | null;
    readonly maxMemoryMb: number | null;
    readonly graceMs: number;
    readonly softShutdownMs: number;
  };
  readonly admin: {
    readonly host: string;
    readonly port: number;
    readonly allowedHosts: readonly string[];
    readonly trustedProxies: readonly string[];
    readonly basePath: string;
    readonly sessionIdleMs: number;
    readonly sessionLongestMs: number;
    readonly secureCookies: "auto" | "always";
  };
  readonly retention: {
    readonly runsDays: number;
    readonly failuresDays: number;
    readonly ledgerDays: number;
    readonly changesDays: number;
    readonly lastRuns: number;
  };
  /** Null: there are no shell tasks. */
  readonly shell: ResolvedShell | null;
  readonly logLevel: "debug" | "info" | "warn" | "error";
  readonly hooks: NonNullable<HyoshiConfig["hooks"]> | null;
  readonly openTelemetry: boolean;
  readonly seed: NonNullable<HyoshiConfig["seed"]> | null;
}
