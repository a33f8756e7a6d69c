/**
 * A store inside the gateway, so that one command shows data and a small site needs no other
 * machine: QuestDB, on loopback, its console on its port. Written to like any other store.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.sink.embedded;
