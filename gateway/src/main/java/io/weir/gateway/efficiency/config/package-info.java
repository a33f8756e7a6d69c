/**
 * What the configuration says of figures, as values: {@link
 * io.weir.gateway.efficiency.config.EfficiencyConfig} and what it holds; and what reads and checks
 * them from the section {@code efficiency} and its files, {@link
 * io.weir.gateway.efficiency.config.EfficiencyReader} first.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.efficiency.config;
