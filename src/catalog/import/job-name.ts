const LONGEST = 80;

/** What a person would call a command: its program and words, without the paths, redirections and preparations around it. */
export function jobName(command: string): string {
  const main = command
    // What goes before: changes of folder, settings, wrappers that only lower the priority or take a lock.
    .replace(/^(?:\(?\s*(?:cd|source|\.|export)\s[^;&|]*(?:&&|;)\s*)+/, "")
    .replace(/^(?:[A-Za-z_]\w*=(?:"[^"]*"|'[^']*'|\S*)\s+)+/, "")
    .replace(/^(?:(?:\/\S+\/)?(?:nice|ionice|nohup|env|exec|sudo|time)(?:\s+-\S+(?:\s+\d+)?)*\s+)+/, "")
    // Where the output goes.
    .replace(/\s*(?:\d*|&)>{1,2}\s*&?\s*\S+/g, "")
    .replace(/\s*[&|]\s*$/, "")
    .replace(/\s+/g, " ")
    .trim();
  const [program = "", ...words] = (main === "" ? command.trim() : main).split(" ");
  const name = [program.replace(/^.*\/(?=[^/]+$)/, ""), ...words].join(" ");
  return name.length <= LONGEST ? name : `${name.slice(0, LONGEST - 1).trimEnd()}…`;
}

/** The name, or the first of `name (hint)`, `name (hint) 2`, `name (hint) 3` … that is not taken. */
export function freeName(name: string, hint: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  const hinted = `${name} (${hint})`;
  if (!taken.has(hinted)) return hinted;
  for (let number = 2; ; number += 1) {
    const numbered = `${hinted} ${number}`;
    if (!taken.has(numbered)) return numbered;
  }
}
