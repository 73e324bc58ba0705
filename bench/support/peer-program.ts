import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const peers = fileURLToPath(new URL("../peers", import.meta.url));

export interface PeerAnswer {
  readonly perSecond: number;
  readonly late: readonly number[];
  /** Of `raw-redis.ts`. */
  readonly sends: number;
  readonly singles: number;
  readonly works: number;
}

/** What a peer's process says last. */
export async function lastLine(child: ChildProcess): Promise<PeerAnswer> {
  let said = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`a peer ended with ${code}:\n${said}`);
  return JSON.parse(said.trim().split("\n").at(-1) ?? "") as PeerAnswer;
}

/** A program of `bench/peers`, which see. */
export function peerProgram(file: string, ...args: readonly (string | number)[]): Promise<PeerAnswer> {
  const words = [`${peers}/${file}`, ...args.map(String)];
  return lastLine(spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] }));
}
