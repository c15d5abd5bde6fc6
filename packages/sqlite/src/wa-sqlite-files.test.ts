import { describeInterrupt } from './driver/contract/interrupt.contract.ts'
import { describeDriver } from './driver/driver.contract.ts'
import { journeyappsOnFiles, plainOnFiles } from './driver/engines.contract.ts'

describeDriver(journeyappsOnFiles)
describeDriver(plainOnFiles)
describeInterrupt(journeyappsOnFiles)
describeInterrupt(plainOnFiles)
