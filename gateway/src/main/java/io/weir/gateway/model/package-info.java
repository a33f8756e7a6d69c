/**
 * What flows through the gateway: readings, messages and their bytes; and {@code Follower}, the
 * loop of a stage that reads a log. Of the gateway, the package imports {@code log} alone; every
 * package above may import it.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.model;
