/**
 * Owns the alarms: which kinds exist, and which are raised now. Every part of the gateway that
 * raises an alarm does it with {@link io.weir.gateway.alarm.Alarms}, so that each alarm is in the
 * log, in the status and among the meters in the same way. Any package above may call it.
 */
@NullMarked
package io.weir.gateway.alarm;

import org.jspecify.annotations.NullMarked;
