import { expect, test } from "vitest";
import { stackFrames } from "./stack-frames.ts";

test("own frames are told apart from libraries, from Node and from the worker, and the message is left out", () => {
  const stack = [
    "Error: at first sight this is a frame",
    "    at send (/srv/tm/tapp_a/export.ts:41:11)",
    "    at Object.parse (/srv/tm/node_modules/zod/v4/core/parse.js:3:1)",
    "    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)",
    "    at async run (/srv/tm/tapp_a/tasks.ts:18:5)",
    "    at async #call (file:///srv/hyoshi/dist/worker/executor.js:132:61)",
  ].join("\n");
  expect(stackFrames(stack)).toEqual([
    { text: "send (/srv/tm/tapp_a/export.ts:41:11)", isOwn: true },
    { text: "Object.parse (/srv/tm/node_modules/zod/v4/core/parse.js:3:1)", isOwn: false },
    { text: "process.processTicksAndRejections (node:internal/process/task_queues:105:5)", isOwn: false },
    { text: "async run (/srv/tm/tapp_a/tasks.ts:18:5)", isOwn: true },
    { text: "async #call (file:///srv/hyoshi/dist/worker/executor.js:132:61)", isOwn: false },
  ]);
});

test("a Python traceback has frames, too", () => {
  const stack = `Traceback (most recent call last):\n  File "/srv/proj/tasks.py", line 3, in report\n    raise ValueError`;
  expect(stackFrames(stack)).toEqual([{ text: 'File "/srv/proj/tasks.py", line 3, in report', isOwn: true }]);
});
