/** Errors of contracts, made of the classes that descriptors name. */
import { type ErrorClass, MessageError, type MessageErrorOptions } from './errors.ts';

/** The classes of an interaction by code. */
export type ErrorClasses = Readonly<Record<string, ErrorClass>>;

/** Makes one: an instance of its class, so that `instanceof` tells it. */
export function declaredError(classes: ErrorClasses, code: string, data: unknown, options: MessageErrorOptions): MessageError {
  const Declared = Object.hasOwn(classes, code) ? classes[code] : undefined;
  return Declared ? new Declared(data as never, options) : new MessageError(code, data, options);
}

/** Whether an error is made of a class of these, and of no interaction yet: it was made to be thrown, and not let through. */
export function isOwnError(classes: ErrorClasses, error: MessageError): boolean {
  const Declared = Object.hasOwn(classes, error.code) ? classes[error.code] : undefined;
  return Declared !== undefined && error.interaction === undefined && error instanceof Declared;
}
