package io.weir.gateway.bench.scale;

/** Where rows are kept until the next level has them. */
enum Level {
  /** Logs of the gateways at the lines. */
  EDGE,
  /** Partitions of the brokers. */
  BROKER,
  /** Logs of the gateways between brokers and stores. */
  CENTRAL
}
