import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@redis/client";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../scripts/throwaway-server.mjs";
import { systemClock } from "../../src/base/clock.ts";
import { isHyoshiError } from "../../src/base/error.ts";
import { type Logger, silentLogger } from "../../src/base/logger.ts";
import { createRedisBroker, type RedisBroker } from "../../src/broker/redis/redis-broker.ts";
import type { RedisBrokerSettings } from "../../src/broker/redis/redis-settings.ts";
import { idsOf, message, receive } from "../conformance/broker/broker-bench.ts";
import { eventually } from "../support/eventually.ts";
import { type RedisServer, startRedisServer } from "../support/redis-server.ts";

let folder = "";
let server: RedisServer;
let redis: ReturnType<typeof createClient>;
const brokers: RedisBroker[] = [];
const file = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "hyoshi-tls-"));
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"];
  const files = ["-keyout", file("key.pem"), "-out", file("cert.pem")];
  const args = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...subject, ...files];
  execFileSync("openssl", args, { stdio: "ignore" });
  const settings = {
    "tls-port": "0",
    "tls-cert-file": file("cert.pem"),
    "tls-key-file": file("key.pem"),
    "tls-ca-cert-file": file("cert.pem"),
    "tls-auth-clients": "no",
  };
  server = await startRedisServer({ forgetful: true, settings });
  redis = createClient({ url: server.url });
  await redis.connect();
});
afterAll(async () => {
  redis?.destroy();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(async () => {
  await Promise.all(brokers.splice(0).map((broker) => broker.close()));
});

function open(url: string, more: Partial<RedisBrokerSettings> = {}): RedisBroker {
  const broker = createRedisBroker({ url, clock: systemClock, logger: silentLogger, connectTimeoutMs: 2_000, ...more });
  brokers.push(broker);
  return broker;
}

const failsWith = (code: string) => (error: unknown) => isHyoshiError(error, code);

/** Sends by one address, receives by another. */
async function goesThrough(from: string, to = from): Promise<void> {
  const queue = `queue-${randomUUID()}`;
  expect(await open(from).publish([message(queue, "a")])).toEqual(["confirmed"]);
  const subscription = await open(to).subscribe({ queues: [queue], prefetch: 1 });
  const deliveries = await receive(subscription, 1);
  expect(idsOf(deliveries)).toEqual(["a"]);
  await subscription.acknowledge(deliveries);
}

describe("an address", () => {
  it("may name a unix socket, in both ways", async () => {
    const path = server.socketUrl.replace("redis+socket://", "");
    await goesThrough(server.socketUrl, server.url);
    await goesThrough(`unix://${path}?db=2`, `redis+socket://${path}?virtual_host=2`);
  });

  it("may ask for TLS, whose certificate must be trusted", async () => {
    const port = await freePort();
    await redis.configSet("tls-port", String(port));
    const url = `rediss://127.0.0.1:${port}/0`;
    const ca = encodeURIComponent(file("cert.pem"));
    await goesThrough(`${url}?ssl_cert_reqs=required&ssl_ca_certs=${ca}`, server.url);
    await goesThrough(`${url}?ssl_cert_reqs=CERT_NONE`, server.url);
    await expect(open(url).publish([message("q", "a")])).rejects.toSatisfy(failsWith("broker_away"));
    await expect(open(url).publish([message("q", "a")])).rejects.toThrow(/certificate/);
  });

  it("may hold a user and a password, and a wrong one is told at once and forgiven later", async () => {
    await redis.sendCommand(["ACL", "SETUSER", "alice", "on", ">first", "~*", "&*", "+@all"]);
    const at = (user: string) => server.url.replace("//", `//${user}@`);
    await goesThrough(at("alice:first"));
    const broker = open(at("alice:second"), { connectTimeoutMs: 60_000 });
    await expect(broker.publish([message("q", "a")])).rejects.toSatisfy(failsWith("broker_refused"));
    expect(broker.state()).toMatchObject({ kind: "away", why: expect.stringMatching(/WRONGPASS/) });
    await redis.sendCommand(["ACL", "SETUSER", "alice", ">second"]);
    await eventually(() => broker.state().kind === "connected");
    expect(await broker.publish([message("q", "a")])).toEqual(["confirmed"]);

    await redis.configSet("requirepass", "only a password");
    try {
      await goesThrough(at(":only%20a%20password"));
      await expect(open(server.url).depth("q")).rejects.toSatisfy(failsWith("broker_refused"));
    } finally {
      await redis.configSet("requirepass", "");
    }
  });

  it("may name a database that is not there: refused", async () => {
    const broker = open(server.url.replace(/\/0$/, "/99"), { connectTimeoutMs: 60_000 });
    await expect(broker.depth("q")).rejects.toSatisfy(failsWith("broker_refused"));
  });

  it("may lead to nobody: away, after the time that the settings allow", async () => {
    const broker = open("redis://127.0.0.1:1/0", { connectTimeoutMs: 500 });
    const from = performance.now();
    await expect(broker.publish([message("q", "a")])).rejects.toSatisfy(failsWith("broker_away"));
    expect(performance.now() - from).toBeLessThan(10_000);
    const receiving = (await broker.subscribe({ queues: ["q"], prefetch: 1 })).receive(1, AbortSignal.timeout(300));
    expect(await receiving).toEqual([]);
  });

  it("that is none is refused before anything is tried, without its password", () => {
    const opening = () => open("redis://user:secret@host:port/x");
    expect(opening).toThrow(expect.objectContaining({ code: "invalid_address" }));
    expect(opening).toThrow(expect.objectContaining({ message: expect.not.stringContaining("secret") }));
  });
});

describe("a server that throws keys away when its memory is full", () => {
  it("is warned of", async () => {
    const warnings: string[] = [];
    const logger: Logger = { ...silentLogger, warn: (_fields, text) => void warnings.push(text) };
    await open(server.url, { logger }).depth("q");
    expect(warnings).toEqual([]);
    await redis.configSet("maxmemory-policy", "allkeys-lru");
    await redis.configSet("maxmemory", "200mb");
    await open(server.url, { logger }).depth("q");
    expect(warnings).toEqual([expect.stringContaining("noeviction")]);
    await redis.configSet("maxmemory", "0");
  });
});
