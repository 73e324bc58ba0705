import pico from "picocolors";

/** A line of pino's as a person reads it: `17:02:05.123 INFO  text  key=value`, and an error's stack below. */
export function prettyLine(line: string, colours: boolean): string {
  const entry = parse(line);
  if (entry === undefined) return line;
  const { time, level, msg, err, ...fields } = entry;
  const paint = pico.createColors(colours);
  const painted = { error: paint.red, warn: paint.yellow, info: paint.green, debug: paint.gray }[String(level)];
  const name = String(level).toUpperCase().padEnd(5);
  const details = Object.entries(fields).map(([key, value]) => `${key}=${shown(value)}`);
  const head = [
    paint.dim(String(time).slice(11, 23)),
    painted?.(name) ?? name,
    String(msg ?? ""),
    ...(details.length > 0 ? [paint.dim(details.join(" "))] : []),
  ].join(" ");
  const stack = (err as { stack?: string } | undefined)?.stack;
  return stack === undefined ? `${head}\n` : `${head}\n${stack.replace(/^/gm, "    ")}\n`;
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function shown(value: unknown): string {
  return typeof value === "string" && /^[\w.:/@-]+$/.test(value) ? value : JSON.stringify(value);
}
