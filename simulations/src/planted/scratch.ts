import { tryNone } from './try-bug.ts'

const t = performance.now()
console.log(await tryNone(['any'], { seeds: Number(process.argv[2] ?? 10), stopsAtFailure: false }))
console.log(performance.now() - t)
