export { loadWaSqlite } from './browser/load-wa-sqlite.ts'
export { type BrowserStorage, StorageInUse } from './browser-storage/browser-storage.ts'
export {
  type BrowserStorageOptions,
  memoryFileStorage,
  openBrowserStorage,
  removeBrowserStorage,
} from './browser-storage/open-browser-storage.ts'
