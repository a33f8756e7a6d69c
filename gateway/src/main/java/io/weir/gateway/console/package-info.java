/**
 * What stands at the address of a store inside the gateway: it checks who asks and from where, and
 * passes questions on. The store itself answers on a port of its own that is nobody else's.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.console;
