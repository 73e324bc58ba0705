import { EVERY_ADDRESS, LOOPBACK } from "./loopback.ts";
import type { ResolvedConfig } from "./resolved-config.ts";

/** More threads or processes than any but the largest machines have processors for. */
const MANY_CHILDREN = 64;

/** What is allowed and probably not meant: pairs of values that work against each other. */
export function* configWarnings(config: ResolvedConfig): Generator<{ setting: string; text: string }> {
  const { admin, retention, apps, worker } = config;
  if (apps.length === 0) yield { setting: "apps", text: "setting 'apps' is empty: there are no tasks to run" };
  if (EVERY_ADDRESS.has(admin.host) && admin.allowedHosts.every((host) => LOOPBACK.includes(host))) {
    yield {
      setting: "admin.allowedHosts",
      text: `setting 'admin.host' is '${admin.host}', but 'admin.allowedHosts' names this machine alone: browsers elsewhere are refused until it names the host that they use`,
    };
  }
  if (admin.allowedHosts.includes("*") && !LOOPBACK.includes(admin.host)) {
    yield {
      setting: "admin.allowedHosts",
      text: "setting 'admin.allowedHosts' has '*': any web site can have a visitor's browser call the admin by a name of its own",
    };
  }
  const { pool, concurrency, autoscale } = worker;
  const atMost = autoscale?.max ?? concurrency;
  if (pool !== "loop" && atMost > MANY_CHILDREN) {
    yield {
      setting: "worker.concurrency",
      text: `setting 'worker.pool' is '${pool}', and up to ${atMost} of them are started: each loads the project, so one for each processor is enough for work that computes`,
    };
  }
  if (retention.failuresDays < retention.runsDays) {
    yield {
      setting: "retention.failuresDays",
      text: `setting 'retention.failuresDays' (${retention.failuresDays}) is less than 'retention.runsDays' (${retention.runsDays}): failures go before the runs that succeeded`,
    };
  }
  if (retention.ledgerDays < retention.runsDays) {
    yield {
      setting: "retention.ledgerDays",
      text: `setting 'retention.ledgerDays' (${retention.ledgerDays}) is less than 'retention.runsDays' (${retention.runsDays}): runs stay whose firings are gone`,
    };
  }
}
