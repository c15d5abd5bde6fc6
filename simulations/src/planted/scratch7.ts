import { simulate } from '@savepoint/simulator'
import { calling, trapsApp } from '../apps/traps/traps-app.ts'
import { WEATHERS, type Weather } from './weathers.ts'

for (const w of ['reopens', 'any', 'copies'] as Weather[])
  for (let i = 1; i <= 8; i++) {
    const r = await simulate({ ...trapsApp, ...WEATHERS[w], seed: `planted/${i}` })
    console.log(
      w,
      i,
      r.scenario.actions.filter((a) => a.do === 'cancel').length,
      r.events.filter((e) => e.type === 'cancelled').length,
      'forked',
      r.events.filter((e) => e.type === 'forked').length,
      'pend',
      r.events.filter((e) => e.type === 'advanced').length,
    )
  }
