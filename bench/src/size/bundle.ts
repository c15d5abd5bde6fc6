import { build } from 'esbuild'

/** What a page is made of that loads it: the entry, minified for a browser, and all that it imports without being asked. */
export async function bundle(contents: string, resolveDir: string): Promise<Uint8Array[]> {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['@savepoint/source', 'module', 'production'],
    define: { 'process.env.NODE_ENV': '"production"' },
    external: ['react', '*.wasm'],
    outdir: 'size',
    write: false,
    metafile: true,
    logLevel: 'silent',
  })
  const names = Object.keys(metafile.outputs)
  const loaded = new Set<string>()
  const load = (name: string) => {
    if (loaded.has(name)) return
    loaded.add(name)
    for (const { path, kind } of metafile.outputs[name]?.imports ?? [])
      if (kind === 'import-statement' && path in metafile.outputs) load(path)
  }
  for (const name of names) if (metafile.outputs[name]?.entryPoint === '<stdin>') load(name)
  return outputFiles.filter((_, i) => loaded.has(names[i] as string)).map(({ contents }) => contents)
}
