declare module 'better-sqlite3' {
  const Database: new (source: string | Uint8Array, options: { readonly: boolean; timeout: number }) => object
  export default Database
}
