/**
 * Several gateways that log the same plant: who is there, and who of them sends what.
 *
 * <p>Each member of a group logs and folds everything. Divided is only who sends to the stores: the
 * owner of an asset. So a takeover moves no state, and what a member that died has not sent is in
 * the log of each other one.
 *
 * <p>Members hear each other by {@link io.weir.gateway.group.Presence}s, which come by the same
 * session as the readings: a member that hears its own in time has also received what was sent
 * before it. {@link io.weir.gateway.group.Membership} decides from what was heard, knows no I/O and
 * no clock, and is stepped; {@link io.weir.gateway.group.Group} runs it. Only spans of time cross
 * the network, no clock's time but one that is compared with itself, so clocks may differ.
 *
 * <p>What may go wrong costs repeats, never a reading: two that both believe to own an asset write
 * the same rows, and while members do not agree on who they are, no log goes on past what another
 * may have to send.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.group;
