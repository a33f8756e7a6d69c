package io.weir.gateway.uplink;

/**
 * What a gateway answers to another one, as it stands in the protocol.
 *
 * @param held bytes of the batch that it has, -1 where it does not say
 * @param stored whether all of the batch is on its disk
 * @param storing whether it is being stored
 * @param newIncarnation whether it cannot tell these rows from others
 * @param inOrder whether it takes rows only in their turn
 * @param retryAfterS after which it asks to be asked again, seconds; 0 for no word of it
 */
public record LinkAnswer(
    int status,
    long held,
    boolean stored,
    boolean storing,
    boolean newIncarnation,
    boolean inOrder,
    String detail,
    int retryAfterS) {}
