import type { FastifyRequest } from "fastify";
import type { Asker } from "../catalog/run-requests.ts";
import { viewerOf } from "./access.ts";

/** Who asks for a run: whoever shows a token is a program. */
export function askerOf(request: FastifyRequest): Asker {
  const viewer = viewerOf(request);
  return { by: viewer, via: viewer.session === null ? "api" : "manual" };
}
