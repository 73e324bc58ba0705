import type { ClockRules } from "./clock-rules.ts";
import type { DateShape, TimeShape } from "./crontab-shape.ts";
import type { Period } from "./interval.ts";
import type { SolarEvent } from "./solar.ts";

/** A wall-clock reading, for telling it. */
export interface Reading {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  /** 1 for Monday to 7 for Sunday. */
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** How one language tells a schedule. Every method gives a whole sentence without a full stop. */
export interface Wording {
  /** `anchor` is absent for periods of elapsed time. */
  interval(interval: { every: number; period: Period; anchor?: Reading }): string;
  crontab(times: TimeShape, dates: DateShape): string;
  solar(event: SolarEvent, latitude: number, longitude: number): string;
  clocked(at: Reading): string;
  /** For a crontab with `H`: its values are settled by a schedule's uid, or an example. */
  hashed(sentence: string, isSettled: boolean): string;
  /** `first` is the first time that is left out or repeated. */
  offsetChange(first: Reading, consequence: Consequence): string;
  clockRules(rules: ClockRules): string;
  calendar(rule: "skip" | "previous" | "next", name: string | undefined): string;
  /** Empty without either. */
  bounds(from: Reading | undefined, until: Reading | undefined): string;
  withZone(sentence: string, zone: string): string;
}

/** What becomes of a time that a change of the clocks touches. */
export type Consequence =
  | { readonly kind: "skipped" }
  | { readonly kind: "moved"; readonly to: Reading }
  | { readonly kind: "first" | "second" | "both" };
