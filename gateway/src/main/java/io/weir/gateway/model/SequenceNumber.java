package io.weir.gateway.model;

/**
 * The number that a device gave to a message, counted by the device itself. Two numbers belong to
 * one counter if asset and sender are the same, and, without a sender, the topic too.
 *
 * @param asset whose counter it is, as far as that is known; else {@link Asset#NONE}
 * @param sender the sender as the payload format names it, across topics; "" where it names none
 * @param number 0 or more
 * @param bits how wide the counter is; 0 where that is not known
 * @param begins whether the sender says that its counter begins anew with this number
 */
public record SequenceNumber(Asset asset, String sender, long number, int bits, boolean begins) {}
