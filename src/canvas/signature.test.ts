import { describe, expect, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { isSignature, type Signature } from "../task/signature.ts";
import { type AnyTask, task } from "../task/task.ts";
import { chain, chainOf, chord, chunks, group, map, signature, starmap } from "./signature.ts";

const fetchRows = task("shop.fetch_rows", { input: z.object({ url: z.string() }), run: () => ({ rows: 3 }) });
const store = task("shop.store", { input: z.object({ rows: z.number(), table: z.string() }), run: () => "stored" });
const sum = task("shop.sum", {
  input: z.object({ parts: z.array(z.number()), scale: z.number().optional() }),
  run: () => 5,
});
const count = task("shop.count", { input: z.object({ of: z.string() }), run: () => 1 });
const plain = task("shop.plain", { run: () => "text" });
const show = task("shop.show", { input: z.number(), run: (n) => String(n) });
const tell = task("shop.tell", { input: z.object({ id: z.string() }), run() {} });

describe("a canvas's types", () => {
  it("let a step in whose input is what it was given and what the one before it brings", () => {
    const filled = chain(signature(fetchRows, { url: "x" }), signature(store, { table: "t" }));
    expectTypeOf(filled).toEqualTypeOf<Signature<unknown, string>>();
    // @ts-expect-error: nobody says which table
    chain(signature(fetchRows, { url: "x" }), signature(store, {}));
    expectTypeOf(chain(signature(count, { of: "a" }), signature(show))).toEqualTypeOf<Signature<unknown, string>>();
    // @ts-expect-error: an object is no number
    chain(signature(fetchRows, { url: "x" }), signature(show));
    // @ts-expect-error: a text is no number
    chain(signature(plain), signature<typeof show>("shop.show"));
  });

  it("let in whatever takes nothing, and tasks of which nothing is known", () => {
    chain(signature(plain), signature(store, { table: "t", rows: 1 }));
    chain(signature(plain), signature(show).immutable());
    const mixed = chain(signature("python.add", { args: [1, 2] }), signature(show), signature(plain));
    expectTypeOf(mixed).toEqualTypeOf<Signature<unknown, string>>();
    expectTypeOf(chainOf<number>([signature(plain), signature(show)])).toEqualTypeOf<Signature<unknown, number>>();
  });

  it("give a group's results to a body as the list that they are", () => {
    const header = group(signature(count, { of: "a" }), signature(count, { of: "b" }));
    expectTypeOf(header).toEqualTypeOf<Signature<unknown, [number, number]>>();
    const whole = chord(header, signature(sum, { scale: 2 }, { into: "parts" }));
    expectTypeOf(whole).toEqualTypeOf<Signature<unknown, number>>();
    const listed = group([1, 2].map((n) => signature(count, { of: String(n) })));
    expectTypeOf(chain(listed, signature(sum, {}, { into: "parts" }))).toEqualTypeOf<Signature<unknown, number>>();
    // @ts-expect-error: texts are no numbers
    chord(group(signature(plain), signature(plain)), signature(sum, {}, { into: "parts" }));
    // @ts-expect-error: the members take no rows
    chain(signature(plain), group(signature(store, { table: "a" }), signature(store, { table: "b" })));
    expectTypeOf(map(count, [{ of: "a" }])).toEqualTypeOf<Signature<unknown, number[]>>();
    expectTypeOf(chunks(count, [{ of: "a" }], 2)).toEqualTypeOf<Signature<unknown, number[][]>>();
    // @ts-expect-error: not what the task takes
    map(count, [{ of: 1 }]);
  });

  it("give a callback the result, and an errback the id of what failed", () => {
    signature(count, { of: "a" })
      .link(signature(show))
      .linkError(signature(tell, {}, { into: "id" }));
    // @ts-expect-error: the id is a text
    signature(count, { of: "a" }).linkError(signature(show));
    // @ts-expect-error: the result is a number
    signature(count, { of: "a" }).link(signature(tell, {}, { into: "id" }));
  });

  it("refuse inputs that are none of the task's", () => {
    // @ts-expect-error: no such property
    signature(count, { off: "a" });
    // @ts-expect-error: of another type
    signature(count, { of: 1 });
    // @ts-expect-error: no such property to fill
    signature(count, {}, { into: "off" });
  });
});

describe("signatures", () => {
  it("are known from other values, and never changed", () => {
    const one = signature(count, { of: "a" });
    expect(isSignature(one)).toBe(true);
    expect(isSignature(count)).toBe(false);
    expect(one.immutable()).not.toBe(one);
    expect(Object.isFrozen(one)).toBe(true);
  });

  it("refuse what makes no sense", () => {
    const refused = expect.objectContaining({ code: "invalid_signature" });
    const anything = count as unknown as AnyTask;
    expect(() => chainOf([anything as never])).toThrow(/write signature\(task, input\)/);
    expect(() => signature(undefined as never)).toThrow(refused);
    expect(() => chord(signature(plain) as never, signature(plain))).toThrow(/its header is not a group/);
    expect(() => chunks(count, [], 0)).toThrow(refused);
    expect(() => starmap(count, undefined as never)).toThrow(refused);
    expect(() => signature(count, {}, { unique: true } as never)).toThrow(/no option 'unique'/);
    expect(() => map(plain, [], { queu: "night" } as never)).toThrow(/did you mean 'queue'\?/);
  });
});
