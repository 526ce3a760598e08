/** Home Assistant's short forms of the keys that the kinds of entities here have. */
const KEYS: Readonly<Record<string, string>> = {
  avty: 'availability',
  avty_mode: 'availability_mode',
  avty_t: 'availability_topic',
  avty_tpl: 'availability_template',
  bri_scl: 'brightness_scale',
  bri_stat_t: 'brightness_state_topic',
  clrm: 'color_mode',
  cmd_t: 'command_topic',
  def_ent_id: 'default_entity_id',
  dev: 'device',
  dev_cla: 'device_class',
  e: 'encoding',
  en: 'enabled_by_default',
  ent_cat: 'entity_category',
  exp_aft: 'expire_after',
  flsh_tlng: 'flash_time_long',
  flsh_tsht: 'flash_time_short',
  frc_upd: 'force_update',
  fx_list: 'effect_list',
  ic: 'icon',
  json_attr: 'json_attributes',
  json_attr_t: 'json_attributes_topic',
  json_attr_tpl: 'json_attributes_template',
  lrst_val_tpl: 'last_reset_value_template',
  max_mirs: 'max_mireds',
  min_mirs: 'min_mireds',
  o: 'origin',
  obj_id: 'object_id',
  off_dly: 'off_delay',
  ops: 'options',
  opt: 'optimistic',
  pl_avail: 'payload_available',
  pl_not_avail: 'payload_not_available',
  pl_off: 'payload_off',
  pl_on: 'payload_on',
  ret: 'retain',
  stat_cla: 'state_class',
  stat_off: 'state_off',
  stat_on: 'state_on',
  stat_t: 'state_topic',
  sug_dsp_prc: 'suggested_display_precision',
  sup_clrm: 'supported_color_modes',
  t: 'topic',
  uniq_id: 'unique_id',
  unit_of_meas: 'unit_of_measurement',
  val_tpl: 'value_template',
};

const DEVICE_KEYS: Readonly<Record<string, string>> = {
  cns: 'connections',
  cu: 'configuration_url',
  hw: 'hw_version',
  ids: 'identifiers',
  mdl: 'model',
  mdl_id: 'model_id',
  mf: 'manufacturer',
  sa: 'suggested_area',
  sn: 'serial_number',
  sw: 'sw_version',
};

const BASE = '~';

/** What was announced, with every key in full and `~` replaced by the base topic. A copy. */
export function inFull(announced: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { [BASE]: base, ...rest } = renamed(announced, KEYS);
  const { availability, device } = rest;
  if (isRecord(device)) rest.device = renamed(device, DEVICE_KEYS);
  if (Array.isArray(availability))
    rest.availability = availability.map((one: unknown) =>
      isRecord(one) ? based(renamed(one, KEYS), base) : one,
    );
  return based(rest, base);
}

function renamed(
  given: Readonly<Record<string, unknown>>,
  names: Readonly<Record<string, string>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(given).map(([key, value]) => [
      Object.hasOwn(names, key) ? (names[key] ?? key) : key,
      value,
    ]),
  );
}

function based(given: Record<string, unknown>, base: unknown): Record<string, unknown> {
  if (typeof base !== 'string') return given;
  return Object.fromEntries(
    Object.entries(given).map(([key, value]) => [
      key,
      key.endsWith('topic') && typeof value === 'string' ? onBase(value, base) : value,
    ]),
  );
}

function onBase(topic: string, base: string): string {
  if (topic.startsWith(BASE)) return base + topic.slice(BASE.length);
  return topic.endsWith(BASE) ? topic.slice(0, -BASE.length) + base : topic;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
