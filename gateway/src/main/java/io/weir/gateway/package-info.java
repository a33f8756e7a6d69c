/** The wiring of the gateway: the only files that see several stages. */
@org.jspecify.annotations.NullMarked
package io.weir.gateway;
