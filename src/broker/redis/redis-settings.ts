import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import type { Random } from "../../base/random.ts";

export interface RedisBrokerSettings {
  /** `redis://`, `rediss://`, `redis+socket://` or `unix://`, as Celery writes it. */
  readonly url: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Default: the system's. */
  readonly random?: Random;
  /** Celery's `global_keyprefix`: stands before each key and channel. Default: none. */
  readonly keyPrefix?: string;
  /** Celery's `visibility_timeout`, which must be the same everywhere: what a consumer of its holds for longer is restored. Default: 3,600,000. */
  readonly visibilityTimeoutMs?: number;
  /** How long a connection is waited for before `broker_away`. Default: 10,000. */
  readonly connectTimeoutMs?: number;
  /** After so long without a sign of a hyoshi consumer what it holds is restored. Default: 30,000. */
  readonly leaseMs?: number;
}

export type ResolvedSettings = Required<Omit<RedisBrokerSettings, "url" | "keyPrefix">>;
