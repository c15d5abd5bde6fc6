import { describeDriver } from './driver/driver.contract.ts'
import { betterSqlite3 } from './driver/engines.contract.ts'

describeDriver(betterSqlite3)
