/**
 * A store inside the gateway: QuestDB, on loopback, with its console on its port. One command shows
 * data, and a small site needs no other machine. Written to like any other store.
 *
 * <p>QuestDB runs in a process of its own ({@link io.weir.gateway.sink.embedded.StoreMain}), which
 * the gateway starts, watches, starts again and ends. Only that process loads QuestDB's classes and
 * native code.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.sink.embedded;
