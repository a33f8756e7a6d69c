package io.weir.gateway.source.mqtt.guard;

import io.weir.gateway.model.Rejected;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a PUBLISH that Paho does not get.
 *
 * @param topic its topic, where it can be read; else ""
 * @param evidence its payload, or the whole packet where it is not known where the payload begins;
 *     of a packet over the limit the first 64 KiB
 * @param rejected why it is not decoded; {@code null} where nothing is wrong with it
 */
@SuppressWarnings("ArrayRecordComponent") // raw evidence, never compared
public record SetAside(String topic, byte[] evidence, @Nullable Rejected rejected) {}
