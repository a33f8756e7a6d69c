/**
 * What is there at a broker: gathers what was heard, by topic, and groups the topics into routes to
 * paste. Owns no connection and keeps nothing; bounded however much comes.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.discover;
