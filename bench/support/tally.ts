import { type Result, rounded } from "./report.ts";

/** What a benchmark has found, told as it comes: figures of peers, and own ones as a ratio to them. */
export class Tally {
  readonly found: Result[] = [];
  readonly peers = new Map<string, number>();

  tell(figure: string, value: number, unit: string, compared?: { readonly by: number; readonly to: string }): void {
    const shown = unit === "per second" ? Math.round(value) : rounded(value, 2);
    const ratio = compared && { ratio: rounded(compared.by, 2), to: compared.to };
    this.found.push({ figure, value: shown, unit, ...ratio });
    console.error(`${figure}: ${shown} ${unit}${ratio ? ` (${ratio.ratio} times ${ratio.to})` : ""}`);
  }

  /** A figure of one of the peers, or the raw limit, for those that are compared with it. */
  peer(figure: string, value: number, unit = "per second"): void {
    this.peers.set(figure, value);
    this.tell(figure, value, unit);
  }

  ours(figure: string, value: number, unit: string, ...compared: readonly string[]): void {
    if (compared.length === 0) this.tell(figure, value, unit);
    for (const to of compared) this.tell(figure, value, unit, { by: value / (this.peers.get(to) ?? Number.NaN), to });
  }
}
