/**
 * Finds what got lost before the gateway, device by device: gaps in the numbers by which a device
 * counts its messages, holes in a period, devices that have gone silent. A fold over the log of
 * readings, in the order of arrival; what it knows is committed with its cursor, so a restart of
 * the gateway invents no gap and misses none.
 *
 * <p>{@link io.weir.gateway.devices.DeviceWatch} runs it. {@link io.weir.gateway.devices.NumberRun}
 * and {@link io.weir.gateway.devices.Numbering} judge numbers, {@link
 * io.weir.gateway.devices.Period} intervals, {@link io.weir.gateway.devices.Devices} keeps them by
 * device.
 */
@NullMarked
package io.weir.gateway.devices;

import org.jspecify.annotations.NullMarked;
