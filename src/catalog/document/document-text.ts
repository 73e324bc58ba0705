import { parse, stringify } from "yaml";
import { HyoshiError, messageOf } from "../../base/error.ts";
import { invalid } from "../../base/field-error.ts";
import { documentShape, type ProjectDocument } from "./document-shape.ts";

export type DocumentFormat = "yaml" | "json";

/** More than any project needs, and less than what would fill the memory. */
const LONGEST = 256 * 1024 * 1024;

export function writeDocument(document: ProjectDocument, format: DocumentFormat): string {
  if (format === "json") return `${JSON.stringify(document, null, 2)}\n`;
  // Nothing is an alias of anything: an export is read and compared line by line.
  return stringify(document, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** The parts of a document, each still to be checked. */
export type ReadDocument = ReturnType<typeof readShape>;

/** YAML or JSON, which is YAML too. Fails with `invalid_document`. */
export function readDocument(text: string): ReadDocument {
  if (text.length > LONGEST) {
    throw new HyoshiError(
      "invalid_document",
      `the document has ${text.length} characters: expected at most ${LONGEST}`,
    );
  }
  let value: unknown;
  try {
    // Few aliases: a handful of them could stand for gigabytes.
    value = parse(text, { maxAliasCount: 100, prettyErrors: true });
  } catch (error) {
    const [line] = messageOf(error).split("\n");
    throw new HyoshiError("invalid_document", `the document is neither YAML nor JSON: ${line?.replace(/:$/, "")}`);
  }
  return readShape(value);
}

/** Fails with `invalid`, every fault with its path. */
export function readShape(value: unknown) {
  const read = documentShape.safeParse(value);
  if (read.success) return read.data;
  const errors = read.error.issues.map(({ path, message }) => ({
    path: path.map((part) => `/${String(part)}`).join(""),
    code: "not_accepted",
    detail: `is not as expected: ${message}`,
  }));
  throw invalid(errors);
}
