/**
 * From bytes to samples: one class for each payload format, all behind {@link
 * io.weir.gateway.decode.Decoder}. A format is a {@link io.weir.gateway.decode.FormatFactory},
 * which has its keys and makes its decoders; {@link io.weir.gateway.decode.Decoders} lists them.
 * Knows nothing of stores or pinned types; of a route it sees where the time stands and what
 * columns are called, and the topic where a format puts names into it.
 *
 * <p>Promise: whatever the bytes are, a decoder returns, within time and memory in proportion to
 * their length, and every part of them ends as a sample, as rejected with a reason, or as filtered.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.decode;
