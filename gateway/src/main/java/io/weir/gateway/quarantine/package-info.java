/** What could not be taken, with its raw bytes and a reason. */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.quarantine;
