import { expect, test } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { silentLogger } from "../base/logger.ts";
import { LocalWake } from "../base/wake.ts";
import { ChangeHub } from "./change-hub.ts";

function openHub() {
  const clock = new FakeClock();
  const wake = new LocalWake();
  const texts = new Map<string, string>();
  const looks: (readonly string[])[] = [];
  let failing = false;
  const topics = {
    async fingerprints(asked: readonly string[]) {
      looks.push(asked);
      if (failing) throw new Error("away");
      return new Map(asked.map((topic) => [topic, texts.get(topic) ?? ""]));
    },
  };
  const hub = new ChangeHub({ wake, clock, topics, logger: silentLogger });
  const change = (topic: string, text: string) => {
    texts.set(topic, text);
    wake.tell("database");
  };
  const fail = (does: boolean) => {
    failing = does;
  };
  return { clock, wake, texts, looks, hub, change, fail };
}

test("listeners hear of the topics that they asked for, and only of changes", async () => {
  const { clock, hub, change } = openHub();
  const heard: string[][] = [[], []];
  hub.listen(["runs", "workers"], (topics) => heard[0]?.push(...topics));
  hub.listen(["firings"], (topics) => heard[1]?.push(...topics));
  await clock.advance(1);
  expect(heard).toEqual([[], []]);
  change("runs", "1");
  await clock.advance(200);
  change("firings", "1");
  await clock.advance(200);
  expect(heard).toEqual([["runs"], ["firings"]]);
});

test("hundreds of listeners share one look, and many commits within 200 ms another one", async () => {
  const { clock, hub, looks, change } = openHub();
  let heard = 0;
  for (let n = 0; n < 300; n += 1) {
    hub.listen(["runs"], () => {
      heard += 1;
    });
  }
  await clock.advance(1);
  expect(looks).toEqual([["runs"]]);
  for (let n = 0; n < 50; n += 1) change("runs", String(n));
  await clock.advance(199);
  expect(looks).toHaveLength(2);
  expect(heard).toBe(300);
});

test("a lost hint is made up for within a second", async () => {
  const { clock, hub, texts } = openHub();
  let heard = 0;
  hub.listen(["runs"], () => {
    heard += 1;
  });
  await clock.advance(1);
  texts.set("runs", "changed in silence");
  await clock.advance(1_000);
  expect(heard).toBe(1);
});

test("a commit during a look is looked at after it", async () => {
  const { clock, hub, wake, texts } = openHub();
  const heard: string[] = [];
  hub.listen(["runs"], (topics) => heard.push(...topics));
  await clock.advance(1);
  texts.set("runs", "1");
  wake.tell("database");
  await clock.advance(199);
  texts.set("runs", "2");
  wake.tell("database");
  await clock.advance(200);
  expect(heard).toEqual(["runs", "runs"]);
});

test("a database that does not answer is asked again", async () => {
  const { clock, hub, change, fail } = openHub();
  const heard: string[] = [];
  hub.listen(["runs"], (topics) => heard.push(...topics));
  await clock.advance(1);
  fail(true);
  change("runs", "1");
  await clock.advance(200);
  expect(heard).toEqual([]);
  fail(false);
  await clock.advance(1_000);
  expect(heard).toEqual(["runs"]);
});

test("while nobody listens it looks at nothing", async () => {
  const { clock, hub, looks, change } = openHub();
  const stop = hub.listen(["runs"], () => {});
  await clock.advance(1);
  stop();
  const before = looks.length;
  change("runs", "1");
  await clock.advance(10_000);
  expect(looks).toHaveLength(before);
  expect(clock.waiting).toBe(0);
});
