/** Under which path of a service worker's scope its server's doors are, if nothing else is said. */
export const PATH_DEFAULT = 'savepoint'

/** By which a page asks the service worker to take it over, as it does not do by itself with pages that were there before it. */
export const CLAIM_MESSAGE = 'savepoint:claim'
