import { QueryObserver } from "@tanstack/react-query";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { api } from "./api.ts";
import { queryClient } from "./query-client.ts";
import { signIn, signOut } from "./session.ts";

const asked: string[] = [];

beforeAll(() => {
  vi.stubGlobal("document", { baseURI: "http://localhost/" });
  vi.stubGlobal("window", globalThis);
  vi.stubGlobal("fetch", async (url: string, { method }: RequestInit) => {
    asked.push(`${method} ${new URL(url).pathname.replace("/api/v1/", "")}`);
    return Response.json({ csrfToken: "token" });
  });
});
afterAll(() => vi.unstubAllGlobals());

test("a page that is being left asks for nothing, however often it is drawn", async () => {
  await signIn("admin", "secret");
  const models = () =>
    new QueryObserver(queryClient, { queryKey: ["models"], queryFn: ({ signal }) => api.get("models", {}, signal) });
  models().subscribe(() => {});
  await vi.waitFor(() => expect(asked).toContain("GET models"));

  asked.length = 0;
  const leaving = signOut();
  void queryClient.invalidateQueries();
  await leaving;
  const drawnAgain = models().subscribe(() => {});
  expect(asked).toEqual(["DELETE session"]);
  expect(queryClient.getQueryData(["models"])).toBeUndefined();
  drawnAgain();
  queryClient.clear();

  await signIn("admin", "secret");
  await api.get("models");
  expect(asked).toEqual(["DELETE session", "POST session", "GET models"]);
});
