import type { ServiceData } from '../hub-api/services.js';

declare module '../events/event-map.js' {
  interface EventMap {
    /** A service is about to be called. */
    call_service: ServiceCalled;
    service_registered: ServiceName;
    service_removed: ServiceName;
  }
}

/** The data of `service_registered` and `service_removed`. */
export interface ServiceName {
  readonly domain: string;
  readonly service: string;
}

/** The data of `call_service`: what the caller gave, before a schema has made anything of it. */
export class ServiceCalled implements ServiceName {
  readonly domain: string;
  readonly service: string;
  readonly serviceData: ServiceData;

  constructor(domain: string, service: string, serviceData: ServiceData) {
    this.domain = domain;
    this.service = service;
    this.serviceData = serviceData;
  }

  /** Home Assistant's wire form. */
  toJSON(): { domain: string; service: string; service_data: ServiceData } {
    return { domain: this.domain, service: this.service, service_data: this.serviceData };
  }
}
