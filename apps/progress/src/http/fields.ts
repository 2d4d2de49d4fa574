import { ValidateBy } from 'class-validator'
import { isRequestTime, REQUEST_TIME } from './request-time'

/** See `isRequestTime`. */
export const Time = () => ValidateBy({ name: 'isRequestTime', validator: { validate: isRequestTime, defaultMessage: () => REQUEST_TIME } })
