import { describe } from 'vitest'
import { describeBindRule } from './contract/bind-rule.contract.ts'
import { describeErrors } from './contract/errors.contract.ts'
import { describeFunctions } from './contract/functions.contract.ts'
import { describeLifecycle } from './contract/lifecycle.contract.ts'
import { describeParameters } from './contract/parameters.contract.ts'
import { describeStatements } from './contract/statements.contract.ts'
import { describeTransactions } from './contract/transactions.contract.ts'
import type { Engine } from './engines.contract.ts'

/** What every driver must do. A new one proves itself with a test file that calls this. */
export function describeDriver(engine: Engine): void {
  describe(engine.name, () => {
    describeBindRule(engine)
    describeParameters(engine)
    describeStatements(engine)
    describeTransactions(engine)
    describeErrors(engine)
    describeFunctions(engine)
    describeLifecycle(engine)
  })
}
