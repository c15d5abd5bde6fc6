import { describeInterrupt } from './driver/contract/interrupt.contract.ts'
import { describeDriver } from './driver/driver.contract.ts'
import { plainWaSqlite } from './driver/engines.contract.ts'

describeDriver(plainWaSqlite)
describeInterrupt(plainWaSqlite)
