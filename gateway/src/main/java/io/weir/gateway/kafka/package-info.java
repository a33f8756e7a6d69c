/**
 * What the source and the sink of Apache Kafka have in common: where the brokers are, and how they
 * are logged in to. Opens no connection.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.kafka;
