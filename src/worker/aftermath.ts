import type { Instant } from "../base/clock.ts";
import type { Json } from "../base/json.ts";
import type { CanvasContext } from "../canvas/canvas-message.ts";
import {
  type ChordStart,
  type Ending,
  type FollowUps,
  failChord,
  followChord,
  followUps,
  type PartOfChord,
  type StepEnding,
} from "../canvas/follow-ups.ts";
import type { WireSignature } from "../message/task-message.ts";
import { exceptionObject, runErrorOf } from "../message/wire-exception.ts";
import type { ChordCompletion, ResultBackend, ResultRecord } from "../result/result-backend.ts";
import type { NewRun, RunError } from "../run/run.ts";
import type { FinishedRun } from "../run/run-archive.ts";
import { argumentsOf } from "../run/run-message.ts";
import { endingOf, type RunEnd, tracebackOf } from "./run-ending.ts";
import { type Destination, followingRun, idsAfter, messageOf } from "./run-message.ts";

export interface AftermathParts {
  /** What is told of results, if anybody is. */
  readonly results: Pick<ResultBackend, "kind"> | undefined;
  /** Which end of a signature's priority comes first on the broker that it travels on. */
  readonly priorities?: "low-first" | "high-first";
  /** Where runs of a task wait; undefined: that is to be asked for, before what follows is sent. */
  readonly destinationOf: (task: string) => Destination | undefined;
  /** Who executes, `name@host`. */
  readonly node: string;
}

/** The error's code of runs that never began because what they follow did not succeed. */
export const NOT_REACHED = "not_reached";

export type EndedRun = NewRun & { readonly retries: number };

/** A run's end as a chord counts it, with the message of the run that the body follows. */
export interface CountedEnd {
  readonly part: PartOfChord;
  readonly record: ResultRecord;
  readonly after: EndedRun;
}

/** What a run's end leads to. */
export interface Aftermath {
  /** To be sent, in the transaction that ends the run. */
  readonly follow: readonly NewRun[];
  /** Those of them, by their ids, whose place nobody here knew: what makes them anew for it. */
  readonly unplaced: ReadonlyMap<string, (to: Destination) => NewRun>;
  /** To be told before anything of `follow` is sent. */
  readonly chords: readonly ChordStart[];
  /** To be stored in the result backend, once that is committed. */
  readonly records: readonly ResultRecord[];
  /** To be counted once the records are stored. */
  readonly counted: readonly CountedEnd[];
  /** Runs that end without having begun, because this one ended as it did: to be kept before anything is counted. */
  readonly unreached: readonly FinishedRun[];
}

/** Whether a run's end leads to anything but itself. */
export function hasAftermath(run: NewRun, { results }: AftermathParts): boolean {
  return run.wire?.embed !== undefined || isReported(run, results);
}

/** Whether somebody may look for its result at the backend. */
function isReported({ wire }: NewRun, results: AftermathParts["results"]): boolean {
  if (results === undefined || wire?.ignoreResult === true) return false;
  return results.kind !== "rpc" || Boolean(wire?.replyTo);
}

/** Asked again for the same run and end, it answers the same, with the same ids. */
export function aftermathOf(run: EndedRun, end: RunEnd, children: readonly Json[], parts: AftermathParts): Aftermath {
  const ending = endingOf(end);
  const context = contextOf(run.id, end.endedAt, parts);
  const follows = followUps(messageOf(run), ending, context);
  const record = recordOf(run, ending, end.endedAt, [...children, ...follows.children], parts);
  return {
    ...spread(run, follows, end.endedAt, parts),
    records: [
      ...(isReported(run, parts.results) ? [record] : []),
      ...(parts.results === undefined ? [] : recordsOf(follows.endings, run, end.endedAt)),
    ],
    unreached: follows.endings.flatMap((step) => unreachedRun(step, run, end.endedAt)),
    counted: [
      ...(follows.part === undefined ? [] : [{ part: follows.part, record, after: run }]),
      ...countedOf(follows.endings, run, end.endedAt),
    ],
  };
}

/** What follows when a chord is complete: `after` is the member that completed it. */
export function aftermathOfChord(
  chord: { readonly groupId: string; readonly body: WireSignature },
  came: Exclude<ChordCompletion, { kind: "incomplete" }>,
  after: EndedRun,
  now: Instant,
  parts: AftermathParts,
): Aftermath {
  // Not the member's: whoever of them completes it, and however often, the body has the same id.
  const context = contextOf(`chord ${chord.groupId}`, now, parts);
  const follows =
    came.kind === "complete"
      ? followChord(messageOf(after), chord.body, came.results, context)
      : failChord(chord.body, came.message, context);
  return {
    ...spread(after, follows, now, parts),
    records: parts.results === undefined ? [] : recordsOf(follows.endings, after, now),
    counted: countedOf(follows.endings, after, now),
    unreached: follows.endings.flatMap((step) => unreachedRun(step, after, now)),
  };
}

/** The record of a run that is to be tried again. */
export function retryRecord(run: EndedRun, error: RunError, parts: AftermathParts): ResultRecord | undefined {
  if (!isReported(run, parts.results)) return undefined;
  const ending = { state: "RETRY", result: exceptionObject(error), traceback: tracebackOf(error) };
  return { ...sharedPart(run, parts), ...ending, children: [], dateDone: null };
}

/** The record of a run that has begun. */
export function startedRecord(run: EndedRun, pid: number, parts: AftermathParts): ResultRecord | undefined {
  if (!isReported(run, parts.results)) return undefined;
  const result = { pid, hostname: parts.node };
  return { ...sharedPart(run, parts), state: "STARTED", result, traceback: null, children: [], dateDone: null };
}

function contextOf(of: string, now: Instant, { priorities }: AftermathParts): CanvasContext {
  return { newId: idsAfter(of), now, ...(priorities !== undefined && { priorities }) };
}

function spread(run: EndedRun, { messages, chords }: FollowUps, now: Instant, { destinationOf }: AftermathParts) {
  const unplaced = new Map<string, (to: Destination) => NewRun>();
  const follow = messages.map((message) => {
    const place = (to: Destination) => followingRun(message, to, run, now);
    const to = destinationOf(message.task);
    const following = place(to ?? {});
    if (to === undefined && message.queue === undefined) unplaced.set(following.id, place);
    return following;
  });
  return { chords, follow, unplaced };
}

function recordOf(
  run: EndedRun,
  ending: Ending,
  dateDone: Instant,
  children: readonly Json[],
  parts: AftermathParts,
): ResultRecord {
  const ended =
    ending.state === "SUCCESS"
      ? { result: ending.result, traceback: null }
      : { result: ending.exception, traceback: ending.traceback };
  return { ...sharedPart(run, parts), state: ending.state, ...ended, children, dateDone };
}

function sharedPart(run: EndedRun, { node }: AftermathParts) {
  const { replyTo, groupId } = run.wire ?? {};
  const periodicTaskName = run.options.headers?.periodic_task_name;
  return {
    id: run.id,
    name: run.task,
    ...argumentsOf(run.payload),
    worker: node,
    retries: run.retries,
    queue: run.queue,
    ...(groupId !== undefined && { groupId }),
    ...(run.parentId !== undefined && { parentId: run.parentId }),
    ...(periodicTaskName !== undefined && { periodicTaskName }),
    ...(replyTo !== undefined && { replyTo }),
  };
}

function recordsOf(endings: readonly StepEnding[], after: EndedRun, now: Instant): readonly ResultRecord[] {
  return endings.map((ending) => recordOfStep(ending, after, now));
}

function countedOf(endings: readonly StepEnding[], after: EndedRun, now: Instant): readonly CountedEnd[] {
  return endings.flatMap((ending) =>
    ending.part === undefined ? [] : [{ part: ending.part, record: recordOfStep(ending, after, now), after }],
  );
}

/** The run of a step that never begins, so that whoever looks for it finds why. Composite ones have no run of their own. */
function unreachedRun(ending: StepEnding, after: EndedRun, endedAt: Instant): readonly FinishedRun[] {
  const { id, task, args, kwargs, state, exception, traceback, groupId, part } = ending;
  if (/^celery\.(?:chain|group|chord|chunks)$/.test(task) || id === after.id) return [];
  const { name, message } = runErrorOf(exception, traceback);
  const isOfChord = name === "ChordError";
  const said = isOfChord
    ? message
    : `run '${after.id}' of task '${after.task}', which it follows, did not succeed: ${message}`;
  return [
    {
      ...{ id, task, endedAt, queue: after.queue, priority: after.priority, options: {}, origin: { kind: "task" } },
      payload: { args, kwargs },
      ...{ availableAt: endedAt, queuedAt: endedAt, attempt: 0 },
      ...{ parentId: after.id, rootId: after.rootId ?? after.id },
      state: state === "REVOKED" ? "cancelled" : "failed",
      error: { name, message: said, code: NOT_REACHED },
      ...(groupId !== undefined && {
        wire: { groupId, ...(typeof part?.groupIndex === "number" && { groupIndex: part.groupIndex }) },
      }),
    },
  ];
}

/** Of a step that never begins. */
function recordOfStep(ending: StepEnding, after: EndedRun, dateDone: Instant): ResultRecord {
  const { id, task, state, exception, traceback, groupId, parentId } = ending;
  const replyTo = ending.replyTo ?? after.wire?.replyTo;
  return {
    ...{ id, state, traceback, dateDone },
    result: exception,
    children: [],
    name: task,
    args: [],
    kwargs: {},
    worker: "",
    retries: 0,
    queue: after.queue,
    ...(groupId !== undefined && { groupId }),
    ...(parentId !== undefined && { parentId }),
    ...(replyTo !== undefined && { replyTo }),
  };
}
