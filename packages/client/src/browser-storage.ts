export { loadWaSqlite } from './browser/load-wa-sqlite.ts'
export { type BrowserStorage, StorageInUse } from './browser-storage/browser-storage.ts'
export {
  type BrowserStorageOptions,
  openBrowserStorage,
  removeBrowserStorage,
} from './browser-storage/open-browser-storage.ts'
