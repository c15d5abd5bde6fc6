import { PLANTED_BUGS } from './planted-bugs.ts'
import { makeCopy } from './source-copy.ts'

const bug = PLANTED_BUGS.find((b) => b.name === process.argv[2])
if (!bug) throw new Error('no bug')
console.log(makeCopy(bug.name, bug))
