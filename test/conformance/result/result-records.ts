import type { Json } from "../../../src/base/json.ts";
import { systemRandom, uuidv7 } from "../../../src/base/random.ts";
import type { ResultRecord } from "../../../src/result/result-backend.ts";

export const newId = () => uuidv7(Date.now(), systemRandom);

export function recordOf(part: Partial<ResultRecord> = {}): ResultRecord {
  return {
    id: newId(),
    state: "SUCCESS",
    result: { n: 1, text: "é☃\u{1f300}", list: [null, true, 1.5] },
    traceback: null,
    children: [],
    dateDone: Date.UTC(2026, 10, 22, 14, 54, 2, 999),
    name: "app.add",
    args: [1, "two"],
    kwargs: { three: 3 },
    worker: "worker@host",
    retries: 0,
    queue: "default",
    ...part,
  };
}

export const valueError: Json = { exc_type: "ValueError", exc_message: ["boom", 42], exc_module: "builtins" };
export const member = (id: string): Json => [[id, null], null];
