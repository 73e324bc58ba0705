import { expect, it } from "vitest";
import { eventually } from "../support/eventually.ts";
import type { Stage } from "./stage.ts";

/** Messages that nobody can execute are refused once, each by its reason, and stop nobody. */
export function describePoison(at: () => Stage): void {
  const py = <T = unknown>(code: string) => at().python.run<T>(code);
  const header = (id: string, more = "") => `{"task": "app.note", "id": "${id}", "lang": "py"${more}}`;
  const body = `b'[["poison executed"], {}, {"callbacks": null, "errbacks": null, "chain": null, "chord": null}]'`;

  const cases: readonly (readonly [what: string, code: string, why: RegExp])[] = [
    ["a body that is not JSON", `publish_raw(b'{not json', headers=${header("poison-json")})`, /JSON/i],
    [
      "a body that is no list of three",
      `publish_raw(b'[[1]]', headers=${header("poison-shape")})`,
      /protocol|list|expected/i,
    ],
    ["no task and no protocol", `publish_raw(b'{"hello": 1}')`, /protocol|task/i],
    ["no id", `publish_raw(${body}, headers={"task": "app.note", "lang": "py"})`, /id/],
    [
      "a pickle",
      `import pickle; publish_raw(pickle.dumps([["poison executed"], {}, {}]), headers=${header("poison-pickle")}, content_type="application/x-python-serialize", content_encoding="binary")`,
      /pickle|x-python-serialize/,
    ],
    ["YAML", `publish_raw(b'- [a]', headers=${header("poison-yaml")}, content_type="application/x-yaml")`, /yaml/],
    [
      "a compression that it is not",
      `publish_raw(b'this is no zlib', headers=${header("poison-zlib", ', "compression": "application/x-gzip"')})`,
      /compress|gzip|zlib/i,
    ],
    [
      "a compression that nobody knows",
      `publish_raw(b'xxxx', headers=${header("poison-codec", ', "compression": "application/x-nobody"')})`,
      /x-nobody/,
    ],
    ["bzip2", "ts.note.apply_async(('poison executed',), compression='bzip2')", /bz/],
    [
      "50 MB",
      `publish_raw(b'[["' + b'x' * 50_000_000 + b'"], {}, {}]', headers=${header("poison-large")})`,
      /large|bytes|MiB|MB/i,
    ],
    [
      "50 MB that were compressed to little",
      `import zlib; publish_raw(zlib.compress(b'[["' + b'x' * 50_000_000 + b'"], {}, {}]'), headers=${header("poison-bomb", ', "compression": "application/x-gzip"')})`,
      /large|bytes|MiB|MB/i,
    ],
    [
      "a thousand lists in each other",
      `publish_raw(b'[[' + b'[' * 1000 + b']' * 1000 + b'], {}, {}]', headers=${header("poison-deep")})`,
      /deep|nest/i,
    ],
  ];

  it.each(cases)("refuses %s", { timeout: 60_000 }, async (_, code, why) => {
    const before = await at().deadLetters();
    await py(code);
    const [letter] = await eventually(
      async () => {
        const letters = (await at().deadLetters()).slice(before.length);
        return letters.length > 0 && letters;
      },
      { within: 40_000, every: 50, what: () => "a dead letter" },
    );
    expect(letter?.queue).toBe("hyoshi");
    expect(`${letter?.code} ${letter?.why}`).toMatch(why);
    // Nothing after it waits for it.
    expect(await py("ts.add.delay(1, 1).get(timeout=30)")).toBe(2);
    expect((await at().deadLetters()).length).toBe(before.length + 1);
  });

  it("refuses an id that is used again for another input, and keeps the first run", async () => {
    const before = await at().deadLetters();
    expect(await py("ts.add.apply_async((1, 2), task_id='used once').get(timeout=30)")).toBe(3);
    await py("ts.add.apply_async((40, 2), task_id='used once')");
    const letter = await eventually(async () => (await at().deadLetters())[before.length], { every: 50 });
    expect(letter).toMatchObject({ run_id: "used once", task: "app.add" });
    expect(await at().run("used once")).toMatchObject({ state: "succeeded", result: 3, attempt: 1 });
  });

  it("drops a copy of a message that was executed, and counts nothing twice", async () => {
    const before = await at().deadLetters();
    await py(`publish_raw(b'[["executed once"], {}, {}]', headers=${header("a copy")})`);
    await at().notes.hears("executed once");
    await eventually(async () => (await at().find("a copy"))?.state === "succeeded");
    for (let n = 0; n < 3; n += 1) await py(`publish_raw(b'[["executed once"], {}, {}]', headers=${header("a copy")})`);
    expect(await py("ts.add.delay(1, 1).get(timeout=30)")).toBe(2);
    await eventually(async () => (await at().place.depth("hyoshi")) === 0);
    expect(at().notes.counted("executed once")).toEqual(new Map([["executed once", 1]]));
    expect((await at().deadLetters()).length).toBe(before.length);
  });

  it("leaves nothing in the broker, and has executed nothing of it", async () => {
    // What it still held would be there again.
    await at().worker?.end();
    await eventually(async () => (await at().place.depth("hyoshi")) === 0 && (await at().place.unsettled()) === 0, {
      what: () => "the broker to be empty",
    });
    expect(at().notes.counted("poison").size).toBe(0);
    expect(await at().waiting()).toBe(0);
  });
}
