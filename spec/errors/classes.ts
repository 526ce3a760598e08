import { HubError } from 'rxhome';

export {
  EventLoopError,
  HubError,
  isHubError,
  registerErrorClass,
  TeardownError,
  TimeoutError,
} from 'rxhome';

/** As an integration would make one. */
export class ServiceLikeError extends HubError {
  override readonly code = 'SERVICE_LIKE';
}
