/** The id of the page's own search field: where a page has one, `/` reaches it instead of the frame's. */
export const pageSearchId = "page-search";
