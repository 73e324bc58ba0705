/** For what is no page: nothing may be loaded from it, and nobody may frame it. */
export const POLICY_FOR_DATA = "default-src 'none'; frame-ancestors 'none'";

/**
 * For the page: everything comes from this origin, and nothing is evaluated. The component library writes its style sheets at
 * run time, which the nonce allows for this one answer; styles of single elements are set by script and need no exception.
 */
export function policyForPage(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join("; ");
}
