import type { AddressInfo } from "node:net";
import { createAdminServer } from "../admin/server.ts";
import { announcements } from "../app/announcements.ts";
import type { App } from "../app/app.ts";
import { startBrokerServices } from "../app/broker-services.ts";
import { codeRequest } from "../app/code-request.ts";
import { keepRegistered } from "../app/keep-registered.ts";
import { portError } from "./port-error.ts";
import type { RunningService } from "./run-service.ts";

/** Serves the admin of a project; `address` is what a browser on this machine opens. */
export async function startAdmin(app: App, version: string): Promise<RunningService & { readonly address: string }> {
  const { config, accounts, catalog, discovery, documents, wake, topics, records, clock, logger } = app;
  const { host, port, basePath } = config.admin;
  const server = createAdminServer({
    config: { ...config.admin, timeZone: config.timeZone, projectName: config.projectName, version },
    accounts,
    catalog,
    definitions: codeRequest(discovery),
    documents,
    wake,
    topics,
    records,
    clock,
    logger,
  });
  try {
    await server.listen({ host, port });
  } catch (error) {
    await server.close();
    throw portError(error as NodeJS.ErrnoException, host, port);
  }
  const presence = { kind: "admin", info: {}, tasks: announcements(app) } as const;
  const registered = await keepRegistered(app, presence).catch(async (error: unknown) => {
    await server.close();
    throw error;
  });
  const services = await startBrokerServices(app, true);
  const { port: actual } = server.server.address() as AddressInfo;
  return {
    address: `http://${browsable(host)}:${actual}${basePath === "/" ? "/" : `${basePath}/`}`,
    async stop() {
      await server.close();
      await services.stop();
      await registered.leave();
    },
  };
}

/** What listens everywhere is opened by the machine's own name. */
function browsable(host: string): string {
  if (host === "0.0.0.0" || host === "::" || host === "[::]") return "localhost";
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}
