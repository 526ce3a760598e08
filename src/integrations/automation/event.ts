/** The data of `automation_triggered`. */
export interface AutomationTriggered {
  /** The title of the automation. */
  readonly name: string;
  /** Which trigger it was, in words: `state of binary_sensor.hall_motion`. */
  readonly source: string;
}

declare module 'rxhome' {
  interface EventMap {
    /** A trigger of an automation came, and its conditions were met. */
    automation_triggered: AutomationTriggered;
  }
}
