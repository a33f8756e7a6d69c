/** The durable segment log and its cursors: bytes only. */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.log;
