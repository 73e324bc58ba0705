import { describe, expect, it } from "vitest";
import { arraysOf, unnest } from "./unnest.ts";

describe("arraysOf", () => {
  const columns = { id: "text", input: "json", at: "bigint" } as const;

  it("writes one array for each column as PostgreSQL reads it", () => {
    const rows = [
      { id: "a", input: '{"x":"\\\\"}', at: 1 },
      { id: "NULL", input: null, at: 2 },
      { id: "", input: "{}", at: 3 },
    ];
    expect(arraysOf(columns, rows)).toEqual(['{"a","NULL",""}', String.raw`{"{\"x\":\"\\\\\"}",NULL,"{}"}`, "{1,2,3}"]);
  });

  it("leaves out the nulls at the end of every column but the first", () => {
    const rows = [
      { id: "a", input: "{}", at: null },
      { id: null, input: null, at: null },
    ];
    expect(arraysOf(columns, rows)).toEqual(['{"a",NULL}', '{"{}"}', "{}"]);
  });

  it("refuses what no column holds", () => {
    expect(() => arraysOf({ id: "text" }, [{ id: {} }])).toThrow(TypeError);
  });
});

describe("unnest", () => {
  it("numbers its parameters from the first one on", () => {
    expect(unnest({ id: "text", at: "bigint" }, "t", 3)).toBe(
      "unnest($3::text[], $4::bigint[]) with ordinality as t (id, at, ord)",
    );
  });
});
