/** The data of `automation_triggered`. */
export interface AutomationTriggered {
  /** The title of the automation. */
  readonly name: string;
  /** Which trigger it was, in words: `state of binary_sensor.hall_motion`. */
  readonly source: string;
}

/** The data of `automation_blocked`. */
export interface AutomationBlocked extends AutomationTriggered {
  /** The first condition that was not met, in words: `sun.sun is below_horizon`. */
  readonly condition: string;
  /** What was so instead: `above_horizon`. */
  readonly value: string;
}

declare module 'rxhome' {
  interface EventMap {
    /** A trigger of an automation came, and its conditions were met. */
    automation_triggered: AutomationTriggered;
    /** A trigger of an automation came, and a condition was not met: it did nothing. */
    automation_blocked: AutomationBlocked;
  }
}
