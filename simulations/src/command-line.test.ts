import { expect, test } from 'vitest'
import { describeScenarios, parseCommandLine, type ScenarioFlags, UsageError } from './command-line.ts'

const scenarios = {
  walk: { about: 'a walk', flags: { speed: { about: 'how fast', standard: 1, min: 0.5, max: 10, whole: false } } },
  run: { about: 'a run', flags: { laps: { about: 'how far', standard: undefined, min: 1, max: 9, whole: true } } },
  look: { about: 'a look', flags: { far: { about: 'not near', is: 'switch' }, photo: { about: 'where it is put', is: 'file' } } },
} satisfies { [name: string]: ScenarioFlags }
const parse = (text: string) => parseCommandLine(text.split(' ').filter(Boolean), scenarios)

test('a scenario, its numbers, and JSON', () => {
  expect(parse('walk')).toEqual({ type: 'run', scenario: 'walk', json: false, flags: { speed: 1 } })
  expect(parse('walk --speed 2.5 --json')).toEqual({ type: 'run', scenario: 'walk', json: true, flags: { speed: 2.5 } })
  expect(parse('--laps=3 run')).toEqual({ type: 'run', scenario: 'run', json: false, flags: { laps: 3 } })
  expect(parse('run')).toMatchObject({ flags: { laps: undefined } })
})

test('a switch is there or not, and a file is named', () => {
  expect(parse('look')).toMatchObject({ flags: { far: false, photo: undefined } })
  expect(parse('look --far --photo a.html')).toMatchObject({ flags: { far: true, photo: 'a.html' } })
})

test('a soak takes a time, and a seed; a case is repeated, and drawn', () => {
  expect(parse('--soak 10m')).toEqual({ type: 'soak', durationMs: 600_000, seed: undefined, json: false })
  expect(parse('--soak=90s --seed abc --json')).toEqual({ type: 'soak', durationMs: 90_000, seed: 'abc', json: true })
  expect(parse('--soak 2h')).toMatchObject({ durationMs: 7_200_000 })
  expect(parse('--repeat a.json --report a.html')).toEqual({ type: 'repeat', file: 'a.json', report: 'a.html', json: false })
})

test('the list names all that can be asked for', () => {
  expect(parse('--list')).toEqual({ type: 'list' })
  expect(describeScenarios(scenarios)).toMatch(/walk .+\n.+--speed .+\n.+run .+\n.+--laps/)
})

test('planted bugs: all, or one', () => {
  expect(parse('--planted')).toEqual({ type: 'planted', name: undefined, seeds: 20, quick: false })
  expect(parse('--planted a-bug --seeds 3 --quick')).toEqual({ type: 'planted', name: 'a-bug', seeds: 3, quick: true })
})

test.each([
  ['--planted a b', /One bug at a time/],
  ['--planted --speed 2', /takes no --speed/],
  ['--planted --seeds 0', /--seeds takes a whole number/],
  ['walk --seeds 3', /walk takes no --seeds/],
  ['', /Which scenario/],
  ['crawl', /no scenario 'crawl'/],
  ['toString', /no scenario 'toString'/],
  ['walk run', /One scenario at a time/],
  ['walk --hop', /--hop/],
  ['walk --speed', /--speed/],
  ['walk --speed NaN', /--speed takes a number from 0\.5 to 10, not 'NaN'/],
  ['walk --speed=', /not ''/],
  ['walk --speed 1e9', /not '1e9'/],
  ['run --laps 1.5', /--laps takes a whole number/],
  ['look --photo=', /--photo takes the name of a file/],
  ['look --far=no', /--far/],
  ['--soak ever', /--soak takes a time like 90s, 10m or 2h, not 'ever'/],
  ['--soak 0m', /--soak takes a time/],
  ['--soak 1m walk', /--soak is asked for without a scenario/],
  ['--soak 1m --repeat a.json', /two things/],
  ['--repeat a.json --seed 1', /--repeat takes no --seed/],
  ['run --seed 1', /run takes no --seed/],
  ['run --speed 1', /run takes no --speed/],
])('refused: %s', (text, message) => {
  expect(() => parse(text)).toThrow(UsageError)
  expect(() => parse(text)).toThrow(message)
})
