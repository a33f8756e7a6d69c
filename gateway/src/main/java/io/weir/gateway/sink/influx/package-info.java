/**
 * InfluxDB 1, 2 and 3 and what speaks their protocols, each through its own client. A client only
 * carries the request; what the store answered is caught on the wire and read by {@link
 * io.weir.gateway.sink.influx.AnswerReader} alone.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.sink.influx;
