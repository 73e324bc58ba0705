import { quote, quoteJa, scheduleError } from "./schedule-error.ts";

// Accepted by JavaScript but absent from the tz database, and ambiguous: IST is India, Israel and Ireland.
const ABBREVIATIONS = new Set(
  "ACT AET AGT ART AST BET BST CAT CNT CST CTT EAT ECT IET IST JST MIT NET NST PLT PNT PRT PST SST VST".split(" "),
);
const NAME = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/;

/**
 * Checks the name of a time zone and gives it back, in its usual case where that is known.
 *
 * @param path where the name stands in the document that was given
 * @throws HyoshiError `unknown_time_zone`, with the nearest names
 */
export function assertZone(name: unknown, path = "zone"): string {
  if (typeof name === "string" && name.length <= 64 && NAME.test(name) && !ABBREVIATIONS.has(name.toUpperCase())) {
    const listed = listedNames().get(name.toLowerCase());
    if (listed !== undefined) return listed;
    if (resolve(name) !== undefined) return name;
  }
  const suggestions = typeof name === "string" ? nearestZones(name) : [];
  const hint = suggestions.length > 0 ? `; did you mean ${suggestions.join(" or ")}?` : "";
  const hintJa = suggestions.length > 0 ? `。${suggestions.join(" か ")} ではありませんか` : "";
  throw scheduleError({
    code: "unknown_time_zone",
    message: `time zone ${quote(name)} is not known: expected an IANA name such as Asia/Tokyo or UTC${hint}`,
    ja: `タイムゾーン${quoteJa(name)}はありません。Asia/Tokyo や UTC のような IANA 名で指定してください${hintJa}`,
    field: "zone",
    path,
    value: name,
    accepted: "an IANA time zone name, such as Asia/Tokyo",
  });
}

/** The runtime's own name for a zone, or undefined. */
function resolve(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

let listed: Map<string, string> | undefined;
function listedNames(): ReadonlyMap<string, string> {
  listed ??= new Map(["UTC", ...Intl.supportedValuesOf("timeZone")].map((name) => [name.toLowerCase(), name]));
  return listed;
}

function nearestZones(name: string): string[] {
  if (name.length > 64) return [];
  const wanted = name.trim().replaceAll(" ", "_").toLowerCase();
  const meant = ABBREVIATIONS.has(wanted.toUpperCase()) ? resolve(wanted) : undefined;
  if (meant !== undefined) return [meant];
  const city = wanted.slice(wanted.lastIndexOf("/") + 1);
  if (city === "") return [];
  const ranked = [...listedNames()]
    .map(([key, full]) => {
      const keyCity = key.slice(key.lastIndexOf("/") + 1);
      return {
        full,
        distance: Math.min(editDistance(wanted, key), editDistance(city, keyCity) + (city === wanted ? 0 : 1)),
      };
    })
    .filter(({ distance }) => distance <= Math.min(3, city.length / 2))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0]?.distance;
  return ranked
    .filter(({ distance }) => distance === best)
    .slice(0, 3)
    .map(({ full }) => full);
}

/** How many letters must be put in, taken out or changed to make one word of the other. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 3) return 4;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const above = row;
    row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(changed, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
  }
  return row[b.length] ?? 0;
}
