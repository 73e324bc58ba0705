import type { Attributes, Link, Span } from "@opentelemetry/api";
import { optionalPackage } from "../base/optional-package.ts";
import type { TracedRun, Tracing } from "../task/tracing.ts";

type Api = typeof import("@opentelemetry/api");

/** Fails with `driver_missing`. */
export async function openTelemetry(version: string): Promise<Tracing> {
  const asker = "setting 'openTelemetry' asks for traces";
  const api = await optionalPackage("@opentelemetry/api", asker, () => import("@opentelemetry/api"));
  return new OpenTelemetry(api, version);
}

/**
 * Spans as the conventions for messaging name them: one of a producer for each send, one of a consumer for each attempt. An attempt is a child of what has sent its run; one that
 * a schedule sent begins a trace of its own, and links to what its headers name.
 */
class OpenTelemetry implements Tracing {
  readonly #api: Api;
  readonly #version: string;

  constructor(api: Api, version: string) {
    this.#api = api;
    this.#version = version;
  }

  send(run: TracedRun): ReturnType<Tracing["send"]> {
    const { context, propagation, trace, SpanKind } = this.#api;
    const attributes = { ...attributesOf(run), "messaging.operation.name": "send", "messaging.operation.type": "send" };
    const span = this.#tracer().startSpan(`send ${run.task}`, { kind: SpanKind.PRODUCER, attributes });
    const headers: Record<string, string> = {};
    propagation.inject(trace.setSpan(context.active(), span), headers);
    return {
      headers,
      ended: (error) => {
        if (error !== undefined) this.#failed(span, error instanceof Error ? error : new Error(String(error)));
        span.end();
      },
    };
  }

  attempt(run: TracedRun & { readonly attempt: number }): ReturnType<Tracing["attempt"]> {
    const { context, propagation, trace, ROOT_CONTEXT, SpanKind } = this.#api;
    const sent = propagation.extract(ROOT_CONTEXT, run.headers);
    const sender = trace.getSpanContext(sent);
    const links: Link[] = run.isScheduled && sender !== undefined ? [{ context: sender }] : [];
    const parent = run.isScheduled ? trace.deleteSpan(sent) : sent;
    const attributes = {
      ...attributesOf(run),
      "messaging.operation.name": "process",
      "messaging.operation.type": "process",
      "hyoshi.attempt": run.attempt,
    };
    const options = { kind: SpanKind.CONSUMER, attributes, links };
    const span = this.#tracer().startSpan(`process ${run.task}`, options, parent);
    const within = trace.setSpan(parent, span);
    return {
      within: (call) => context.with(within, call),
      ended: ({ state, error }) => {
        span.setAttribute("hyoshi.state", state);
        if (error !== undefined) this.#failed(span, error);
        span.end();
      },
    };
  }

  #failed(span: Span, error: { readonly name: string; readonly message: string; readonly stack?: string }): void {
    span.recordException({
      ...error,
      name: error.name,
      message: error.message,
      ...(error.stack && { stack: error.stack }),
    });
    span.setAttribute("error.type", error.name);
    span.setStatus({ code: this.#api.SpanStatusCode.ERROR, message: error.message });
  }

  /** Of whichever provider is registered now. */
  #tracer() {
    return this.#api.trace.getTracer("hyoshi", this.#version);
  }
}

function attributesOf({ id, task, queue, parentId, periodicTaskId, nominalAt }: TracedRun): Attributes {
  return {
    "messaging.system": "hyoshi",
    "messaging.destination.name": queue,
    "messaging.message.id": id,
    "hyoshi.task": task,
    ...(parentId !== undefined && { "hyoshi.parent_run": parentId }),
    ...(periodicTaskId !== undefined && { "hyoshi.periodic_task": periodicTaskId }),
    ...(nominalAt !== undefined && { "hyoshi.nominal_time": new Date(nominalAt).toISOString() }),
  };
}
