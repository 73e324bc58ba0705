import { StringDecoder } from "node:string_decoder";

/** Bytes of a line that are kept; the log cuts at about the same. */
const LONGEST_LINE = 64 * 1024;
/** What a line costs in the log beside its text: its time and level. */
const LINE_HEAD = 24;
/** From here on only the end of what is written is kept: the log of an attempt ends at 10 MiB, and the end says how it went. */
export const HEAD_BYTES = 9 * 1024 * 1024;
/** Of each stream. */
const TAIL_BYTES = 64 * 1024;

/** What both streams of a command may write before the middle is left out. */
export interface OutputBudget {
  left: number;
}

/** Cuts a stream into lines as it comes, in bounded memory however much and however long the lines are. */
export class OutputLines {
  readonly #write: (line: string) => void;
  readonly #budget: OutputBudget;
  readonly #decoder = new StringDecoder("utf8");
  #open = "";
  /** Characters of the open line that were not kept. */
  #cut = 0;
  #tail: Buffer[] = [];
  #tailBytes = 0;
  #leftOut = 0;

  constructor(budget: OutputBudget, write: (line: string) => void) {
    this.#budget = budget;
    this.#write = write;
  }

  push(chunk: Buffer): void {
    if (this.#budget.left <= 0) {
      this.#keepTail(chunk);
      return;
    }
    const text = this.#decoder.write(chunk);
    let from = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", from)) {
      this.#extend(text.slice(from, end));
      this.#end();
      from = end + 1;
      if (this.#budget.left <= 0) {
        this.#keepTail(Buffer.from(text.slice(from)));
        return;
      }
    }
    this.#extend(text.slice(from));
  }

  /** The stream has ended: writes what has no end of line, and the end of what was left out. */
  close(): void {
    if (this.#open !== "" || this.#cut > 0) this.#end();
    if (this.#tailBytes === 0) return;
    const kept = Buffer.concat(this.#tail);
    const tail = kept.subarray(Math.max(0, kept.length - TAIL_BYTES));
    const leftOut = this.#leftOut + kept.length - tail.length;
    if (leftOut > 0) this.#write(`[${leftOut} bytes of the output were left out here]`);
    for (const line of tail.toString("utf8").replace(/\n$/, "").split("\n")) this.#write(line.replace(/\r$/, ""));
    this.#tail = [];
    this.#tailBytes = 0;
  }

  #extend(part: string): void {
    const room = LONGEST_LINE - this.#open.length;
    this.#open += part.slice(0, room);
    this.#cut += Math.max(0, part.length - room);
  }

  #end(): void {
    const line = this.#open.replace(/\r$/, "");
    this.#budget.left -= Buffer.byteLength(line) + LINE_HEAD;
    this.#write(this.#cut === 0 ? line : `${line} … [${this.#cut} more characters were cut]`);
    this.#open = "";
    this.#cut = 0;
  }

  #keepTail(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#tail.push(chunk);
    this.#tailBytes += chunk.length;
    while (this.#tailBytes - (this.#tail[0]?.length ?? 0) >= TAIL_BYTES) {
      const dropped = this.#tail.shift()?.length ?? 0;
      this.#tailBytes -= dropped;
      this.#leftOut += dropped;
    }
  }
}
