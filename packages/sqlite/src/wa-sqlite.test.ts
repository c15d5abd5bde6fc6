import { describeInterrupt } from './driver/contract/interrupt.contract.ts'
import { describeDriver } from './driver/driver.contract.ts'
import { journeyappsWaSqlite } from './driver/engines.contract.ts'

describeDriver(journeyappsWaSqlite)
describeInterrupt(journeyappsWaSqlite)
