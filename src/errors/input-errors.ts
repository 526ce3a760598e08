import { HubError } from './hub-error.js';

/** The event type is not a string of 1 to 64 characters: mend the call. */
export class InvalidEventTypeError extends HubError {
  override readonly code = 'INVALID_EVENT_TYPE';
}

/** The entity id is not `domain.object_id` in lower case: mend the id. */
export class InvalidEntityIdError extends HubError {
  override readonly code = 'INVALID_ENTITY_ID';
}

/** The state is not text of at most 255 characters, a finite number or a boolean: mend the value. */
export class InvalidStateError extends HubError {
  override readonly code = 'INVALID_STATE';
}

/** An attribute is not plain data (text, numbers, booleans, null, lists, objects): mend the value. */
export class InvalidAttributesError extends HubError {
  override readonly code = 'INVALID_ATTRIBUTES';
}

/** The entity id already has a state or is reserved: choose another. */
export class EntityIdTakenError extends HubError {
  override readonly code = 'ENTITY_ID_TAKEN';
}

/** An argument or an option has the wrong type or is out of its limits: mend the call. */
export class InvalidOptionError extends HubError {
  override readonly code = 'INVALID_OPTION';
}

/** The configuration cannot be used; the message names file and line: mend the file. */
export class InvalidConfigError extends HubError {
  override readonly code = 'INVALID_CONFIG';
}
