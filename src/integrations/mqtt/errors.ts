import { HubError } from 'rxhome';

/** A message or an announcement cannot be used: mend who sends it. The message names the topic. */
export class MqttMessageError extends HubError {
  override readonly code = 'MQTT_MESSAGE';
}

/** There is no connection to the broker: try again when it is back. */
export class MqttNotConnectedError extends HubError {
  override readonly code = 'MQTT_NOT_CONNECTED';
}
