/**
 * What the log of figures teaches about cycles, energy and signals: {@link
 * io.weir.gateway.efficiency.learn.Learned}; and {@link io.weir.gateway.efficiency.learn.Hints},
 * that with what people say about it.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.efficiency.learn;
