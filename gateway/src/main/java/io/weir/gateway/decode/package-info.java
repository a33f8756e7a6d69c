/**
 * From bytes to samples: one class for each payload format, all behind {@link
 * io.weir.gateway.decode.Decoder}. Knows nothing of routes, units or stores.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.decode;
