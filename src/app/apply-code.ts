import type { CodePlan } from "../catalog/code/code-plan.ts";
import type { App } from "./app.ts";
import { codeRequest } from "./code-request.ts";

/** Applies the periodic tasks that the apps' code defines. One process at a time; the others wait and then find nothing to do. */
export function applyCode({ catalog, discovery, database }: App): Promise<CodePlan> {
  return database.exclusively(() => catalog.code.apply(codeRequest(discovery)));
}
