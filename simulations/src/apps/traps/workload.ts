import { type Random, SKIP, type Workload } from '@savepoint/simulator'
import type { mutators, OddValue } from './mutators.ts'

type Definitions = (typeof mutators)['definitions']

const NAMES = ['ada', 'bob', 'cyd', 'dan']
const LISTS = ['a', 'b', 'ä/ö']
const ITEMS = ['nails', 'screws']
const BOXES = ['a', 'b', 'c', 'd', 'e', 'f']
const WORDS = ['red', 'green', 'blue']

const name = (random: Random) => ({ name: random.pick(NAMES) })

/** Few names, so that calls meet on the same rows. */
export const workload: Workload<Definitions> = {
  openTicket: { args: (random) => ({ title: random.pick(WORDS) }), weight: 2 },
  closeNewestTicket: { weight: 1 },
  passTicket: (random) => ({ title: random.pick(WORDS) }),
  holdTicket: (random, read) => {
    const open = read<{ id: number }>('SELECT id FROM tickets')
    return open.length === 0 ? SKIP : { id: random.pick(open).id, holder: random.pick(NAMES) }
  },
  dropTicket: (random, read) => {
    const open = read<{ id: number }>('SELECT id FROM tickets')
    return open.length === 0 ? SKIP : random.pick(open)
  },

  count: { args: (random) => ({ ...name(random), by: random.int(1, 9) }), weight: 4 },
  stamp: name,
  dropCounter: name,
  restartCounter: name,
  forgetSteps: { weight: 0.3 },

  fillBox: { args: (random) => ({ box: random.pick(BOXES), by: random.int(1, 9) }), weight: 3 },
  copyBox: { args: (random) => ({ from: random.pick(BOXES), to: random.pick(BOXES) }), weight: 2 },
  burnBox: (random) => ({ box: random.pick(BOXES) }),

  sit: { args: (random) => ({ guest: random.pick(NAMES), seat: random.int(1, 3) }), weight: 2 },
  move: (random) => ({ guest: random.pick(NAMES), seat: random.int(1, 3) }),

  enter: { args: name, weight: 2 },
  swap: (random) => ({ a: random.pick(NAMES), b: random.pick(NAMES) }),
  leave: { args: name, weight: 0.7 },

  makeList: { args: (random) => ({ id: random.pick(LISTS), title: random.pick(WORDS) }), weight: 2 },
  addItem: { args: (random) => ({ list: random.pick(LISTS), label: random.pick(WORDS) }), weight: 3 },
  moveItem: (random) => ({ list: random.pick(LISTS), from: random.int(1, 3), to: random.int(1, 5) }),
  renameList: { args: (random) => ({ from: random.pick(LISTS), to: random.pick(LISTS) }), weight: 0.7 },
  dropList: (random) => ({ id: random.pick(LISTS) }),

  restock: (random) => ({ item: random.pick(ITEMS), by: random.int(1, 5) }),
  order: { args: (random) => ({ item: random.pick(ITEMS), quantity: random.int(1, 3) }), weight: 3 },
  cancelOrders: { args: (random) => ({ item: random.pick(ITEMS) }), weight: 0.5 },

  keep: { args: (random) => ({ key: oddKey(random), value: odd(random) }), weight: 2 },
  drop: { args: (random) => ({ key: oddKey(random) }), weight: 0.7 },

  note: { args: (random) => ({ id: random.int(1, 4), text: `${random.pick(WORDS)} ${random.pick(WORDS)}` }), weight: 2 },
  forgetNotes: (random) => ({ word: random.pick(WORDS) }),

  wish: name,
  guess: name,
  poisonOnReplay: name,
  poisonOnServer: { args: name, alwaysRejected: true },
}

function odd(random: Random): OddValue {
  return random.pick<OddValue>([
    null,
    true,
    1,
    1.5,
    -0,
    2 ** 40,
    2n ** 60n,
    -(2n ** 63n),
    'a',
    'a\0b',
    '1',
    'naïve 😀',
    bytes(random),
    new Uint8Array(),
  ])
}

function oddKey(random: Random): OddValue {
  return random.pick<OddValue>([1, 1.5, 2n ** 60n, 'a', '1', 'ä', new Uint8Array([1, 255])])
}

function bytes(random: Random): Uint8Array {
  return Uint8Array.from({ length: random.int(1, 5) }, () => random.int(0, 255))
}
