// Health of the gateways, from their meters.

import { stores } from './menu.mjs';
import {
  dashboard, falling, queryVariable, sourceVariable, rising, stat, timeseries, PERCENT, SECONDS,
} from './panels.mjs';
import { datasource, now, provisioned, range } from './promql.mjs';

const of = (metric, more = '') => `${metric}{instance=~"$instance"${more && `, ${more}`}}`;
const rate = (metric, by) => `sum by (${by}) (rate(${of(metric)}[$__rate_interval]))`;
/** Mean of a timer. */
const mean = (timer, by) =>
  `sum by (${by}) (rate(${of(`${timer}_sum`)}[$__rate_interval])) / (sum by (${by}) (rate(${of(`${timer}_count`)}[$__rate_interval])) > 0)`;

const YES = { mappings: [{ type: 'value', options: { 0: { text: 'no', color: 'red', index: 0 }, 1: { text: 'yes', color: 'green', index: 1 } } }] };
const perSecond = (unit) => ({ unit, min: 0 });
const small = { w: 4, h: 4 };
const third = { w: 8, h: 8 };

export function gateway() {
  return dashboard({
    uid: 'weir-gateway',
    title: 'Weir: gateway health',
    description: 'Whether the gateway receives, keeps and stores readings, and how far behind each store is.',
    tags: ['weir-influxdb', 'weir-influxdb3', 'weir-questdb', 'weir-victoriametrics', 'gateway'],
    links: stores,
    from: 'now-3h',
    variables: [sourceVariable(provisioned, 'prometheus', 'Prometheus'), queryVariable({
      name: 'instance', label: 'Gateway', datasource, multi: true, allValue: '.*',
      query: { query: 'label_values(weir_gateway_version, instance)', refId: 'instance' },
    })],
    panels: [
      stat('Sources receive', small, { targets: now('A', `min by (source) (${of('weir_source_connected')})`, '{{source}}'), defaults: YES }),
      stat('Log can be written', small, { targets: now('A', `min(${of('weir_log_writable', 'log="readings"')})`, 'readings'), defaults: YES }),
      stat('Stores: age of the oldest reading not stored (s)', small, {
        targets: now('A', `max by (sink) (${of('weir_sink_lag_age_seconds')})`, '{{sink}}'),
        defaults: { ...SECONDS, thresholds: falling(60, 300) },
      }),
      stat('Log, share of its limit (%)', small, {
        targets: now('A', `max(${of('weir_log_size_bytes', 'log="readings"')} / ${of('weir_log_max_bytes', 'log="readings"')})`, 'readings'),
        defaults: { ...PERCENT, max: 1, thresholds: falling(0.5, 0.8) },
      }),
      stat('Sessions lost, 24 h', small, {
        description: 'The broker had lost the session: messages may have been lost before the gateway.',
        targets: now('A', `sum(increase(${of('weir_source_sessions_lost_total')}[24h]))`, 'lost'),
        defaults: { unit: 'locale', decimals: 0, thresholds: falling(1, 1) },
      }),
      stat('Up for', small, {
        targets: now('A', `min(${of('process_uptime_seconds')})`, 'uptime'),
        defaults: { unit: 's', thresholds: rising(60, 300) },
      }),
      timeseries('Messages received (1/s)', third, { targets: range('A', rate('weir_source_messages_total', 'source'), '{{source}}'), defaults: perSecond('mps') }),
      timeseries('Readings by outcome (1/s)', third, {
        targets: [
          range('A', rate('weir_source_appended_readings_total', 'source'), '{{source}} appended'),
          range('B', rate('weir_source_filtered_readings_total', 'source'), '{{source}} filtered'),
          range('C', rate('weir_source_rejected_readings_total', 'source'), '{{source}} rejected'),
          range('D', rate('weir_source_refused_readings_total', 'source'), '{{source}} refused'),
        ],
        defaults: perSecond('cps'),
      }),
      timeseries('Lines stored (1/s)', third, { targets: range('A', rate('weir_sink_stored_lines_total', 'sink, log'), '{{sink}} {{log}}'), defaults: perSecond('cps') }),
      timeseries('Readings not yet stored', third, {
        targets: range('A', `sum by (sink, log) (${of('weir_sink_pending_readings')})`, '{{sink}} {{log}}'), defaults: perSecond('short'),
      }),
      timeseries('Age of the oldest reading not stored (s)', third, {
        targets: range('A', `max by (sink, log) (${of('weir_sink_lag_age_seconds')})`, '{{sink}} {{log}}'), defaults: SECONDS,
      }),
      timeseries('Logs on disk (bytes)', third, {
        targets: [
          range('A', `sum by (log) (${of('weir_log_size_bytes')})`, '{{log}}'),
          range('B', `sum by (log) (${of('weir_log_max_bytes', 'log="readings"')})`, '{{log}}, limit'),
        ],
        defaults: perSecond('bytes'),
      }),
      timeseries('Writes to stores, by answer (1/s)', third, {
        targets: range('A', rate('weir_sink_write_time_seconds_count', 'sink, outcome'), '{{sink}} {{outcome}}'), defaults: perSecond('wps'),
      }),
      timeseries('Circuit breakers (0 closed, 1 half open, 2 open)', third, {
        targets: [
          range('A', `max by (sink, log) (${of('weir_sink_breaker_state')})`, '{{sink}} {{log}}'),
          range('B', `max by (sink) (${of('weir_sink_readings_breaker_state')})`, '{{sink}}, readings given back'),
        ],
        defaults: { unit: 'none', min: 0, max: 2, decimals: 0 },
      }),
      timeseries('Mean times: intake, sync, write (s)', third, {
        targets: [
          range('A', mean('weir_intake_time_seconds', 'source'), 'intake of {{source}}'),
          range('B', mean('weir_log_sync_time_seconds', 'log'), 'sync of {{log}}'),
          range('C', mean('weir_sink_write_time_seconds', 'sink'), 'write to {{sink}}'),
        ],
        defaults: { unit: 's', min: 0 },
      }),
      timeseries('Not stored: dropped, corrupt, quarantined (readings)', third, {
        targets: [
          range('A', `sum by (log) (${of('weir_log_dropped_readings')})`, '{{log}} dropped'),
          range('B', `sum by (log) (${of('weir_log_corrupt_readings')})`, '{{log}} corrupt'),
          range('C', `sum by (sink, state) (${of('weir_sink_ledger_readings', 'state!="stored"')})`, '{{sink}} {{state}}'),
          range('D', `sum by (log, of, reason) (${of('weir_retention_dropped_readings_total')})`, '{{log}}: {{of}} {{reason}}'),
          range('E', `sum by (state) (${of('weir_quarantine_ledger_readings', 'state="lost"')})`, 'quarantine {{state}}'),
        ],
        defaults: perSecond('short'),
      }),
      timeseries('Failed syncs, repeated writes, connects, broken packets (1/min)', third, {
        description: 'A broken packet: what the broker sent cannot be MQTT, so the connection was ended.',
        targets: [
          range('A', `60 * ${rate('weir_log_sync_failures_total', 'log')}`, 'sync of {{log}} failed'),
          range('B', `60 * ${rate('weir_sink_retries_total', 'sink')}`, '{{sink}} repeated'),
          range('C', `60 * ${rate('weir_source_connects_total', 'source')}`, '{{source}} connected'),
          range('D', `60 * ${rate('weir_source_broken_packets_total', 'source')}`, 'broken packets from {{source}}'),
        ],
        defaults: perSecond('short'),
      }),
      timeseries('Deliveries not yet acknowledged (messages)', third, {
        // of a source of Kafka with what waits in its topics
        targets: range('A', `sum by (source) (${of('weir_source_lag_records')}) or sum by (source) (${of('weir_source_unacknowledged_messages')})`, '{{source}}'), defaults: perSecond('short'),
      }),
      timeseries('Written to the data directory (bytes/s)', third, {
        targets: range('A', rate('weir_disk_written_bytes_total', 'files'), '{{files}}'), defaults: perSecond('Bps'),
      }),
      timeseries('Missing before the gateway (messages)', third, {
        description: 'By the numbers of the devices, or estimated by their period. Silent devices send nothing for too long.',
        targets: [
          range('A', `sum by (source) (increase(${of('weir_devices_missing_messages_total')}[$__rate_interval]))`, '{{source}} missing'),
          range('B', `sum by (source) (increase(${of('weir_devices_missing_estimated_messages_total')}[$__rate_interval]))`, '{{source}} missing, estimated'),
          range('C', `sum by (source) (${of('weir_devices_silent')})`, '{{source}} silent devices'),
        ],
        defaults: perSecond('short'),
      }),
      timeseries('Memory of the JVM (bytes)', third, {
        targets: range('A', `sum by (area) (${of('jvm_memory_used_bytes')})`, '{{area}}'), defaults: perSecond('bytes'),
      }),
      timeseries('Processor (share of all cores)', third, {
        targets: [
          range('A', `max(${of('process_cpu_usage')})`, 'gateway'),
          range('B', `max(${of('system_cpu_usage')})`, 'machine'),
        ],
        defaults: { ...PERCENT, max: 1 },
      }),
      timeseries('Figures: readings not yet processed', third, {
        targets: range('A', `sum(${of('weir_efficiency_pending_readings')})`, 'pending'), defaults: perSecond('short'),
      }),
    ],
  });
}
