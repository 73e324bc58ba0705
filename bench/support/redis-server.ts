import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "../../test/support/eventually.ts";

export interface RedisServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** A Redis of its own, as the peers are measured on: nothing is written to the disk. Undefined where none is installed or can be. */
export async function startRedisServer(): Promise<RedisServer | undefined> {
  if (!isInstalled()) {
    const { aptInstall, canInstall } = await import("../../scripts/apt.mjs");
    if (canInstall()) await aptInstall("redis-server");
    if (!isInstalled()) return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), "hyoshi-redis-"));
  const port = await freePort();
  const settings = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder];
  const server = spawn("redis-server", settings, { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  server.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  await eventually(() => said.includes("Ready to accept connections"), { what: () => `Redis to be ready:\n${said}` });
  return {
    port,
    async stop() {
      const gone = once(server, "exit");
      server.kill("SIGTERM");
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function isInstalled(): boolean {
  return spawnSync("redis-server", ["--version"]).status === 0;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
