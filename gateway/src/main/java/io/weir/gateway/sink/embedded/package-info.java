/**
 * A store inside the gateway: QuestDB, on loopback, with its console on its port. One command shows
 * data, and a small site needs no other machine. Written to like any other store.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.sink.embedded;
