/**
 * What two gateways say to each other: a batch of rows of a log with where they come from, as few
 * bytes. Known to the sink and the source {@code weir}. Knows no network and no log.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.uplink;
