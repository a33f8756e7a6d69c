/** Hashes of passwords, of people and of devices. */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.passwords;
