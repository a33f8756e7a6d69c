/**
 * What is kept when space ends. A log that is nearly full, because a store has been away for long,
 * loses first what the configuration values least: its oldest segments are written again without
 * it, so that a part of each time stays and the intake goes on.
 *
 * <p>The package promises that only readings go that a store has not received yet and a policy
 * gives up; that what the quarantine and the figures have not read stays; and that what went is
 * counted, by route and by reason. {@link io.weir.gateway.retention.RoutePolicy} has the order in
 * which readings go, {@link io.weir.gateway.retention.FiguresPolicy} that of figures. {@link
 * io.weir.gateway.retention.Retention} runs both on the thread {@code retention}.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.retention;
