/** The nonce that the content security policy asks of style elements; empty where there is no policy. */
export const styleNonce: string =
  document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.getAttribute("content") ?? "";
