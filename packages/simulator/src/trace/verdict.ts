/** How a run ended: a guarantee that did not hold, with the name of the checker that saw it, or nothing of the kind. */
export type Verdict = 'converged' | { readonly guarantee: string; readonly checker: string; readonly message: string }
