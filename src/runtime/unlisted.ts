declare const unlisted: unique symbol;

/**
 * A text that an open list (`x-open: true`) does not name: a later version of its sender knows it, this one does not. A receiver has to
 * reckon with it; a sender cannot make one, so it sends listed values only.
 */
export type Unlisted = string & { readonly [unlisted]: true };
