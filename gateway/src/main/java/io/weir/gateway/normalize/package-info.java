/**
 * From samples to readings: topic routes, names, clocks, types.
 *
 * <p>{@link io.weir.gateway.normalize.Routes} says what a topic means, {@link
 * io.weir.gateway.normalize.Normalizer} takes one message's samples through the steps, {@link
 * io.weir.gateway.normalize.Types} remembers the type of every field. A sample that fails a step is
 * rejected with a sentence and never holds back the next one.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.normalize;
