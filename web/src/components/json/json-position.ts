import type { SyntaxNode } from "@lezer/common";

/** Where the value at a JSON Pointer stands in the text; the nearest part that exists if it does not. */
export function positionOf(
  document: SyntaxNode,
  slice: (from: number, to: number) => string,
  pointer: string,
): { from: number; to: number } {
  let node = document.firstChild;
  for (const step of pointer.split("/").slice(1)) {
    const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
    const inner: SyntaxNode | null =
      node && (node.name === "Array" ? item(node, Number(key)) : property(node, key, slice));
    if (!inner) break;
    node = inner;
  }
  if (!node) return { from: 0, to: 0 };
  // A whole object would underline everything in it.
  return node.name === "Object" || node.name === "Array"
    ? { from: node.from, to: node.from + 1 }
    : { from: node.from, to: node.to };
}

function item(array: SyntaxNode, index: number): SyntaxNode | null {
  return array.getChildren("Value")[index] ?? values(array)[index] ?? null;
}

const values = (node: SyntaxNode): SyntaxNode[] => {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (/^(Object|Array|String|Number|True|False|Null)$/.test(child.name)) found.push(child);
  }
  return found;
};

function property(object: SyntaxNode, key: string, slice: (from: number, to: number) => string): SyntaxNode | null {
  for (const pair of object.getChildren("Property")) {
    const name = pair.getChild("PropertyName");
    if (name && slice(name.from, name.to) === JSON.stringify(key)) return values(pair)[0] ?? name;
  }
  return null;
}
