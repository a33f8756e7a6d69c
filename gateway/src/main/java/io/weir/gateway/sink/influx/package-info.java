/**
 * Sinks for InfluxDB 1, 2 and 3 and stores with their protocols, each through its own client. A
 * client only sends the request; the answer is taken below it, and read by {@link
 * io.weir.gateway.sink.influx.AnswerReader} alone.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.sink.influx;
