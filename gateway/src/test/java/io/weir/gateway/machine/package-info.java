/**
 * The gateway as a real process on a machine that fails: a disk that fails and forgets, lines that
 * are cut, frozen and slow, a clock that is wrong, and SIGKILL at any moment. A small C library,
 * preloaded into the gateway, is that disk and that clock.
 */
package io.weir.gateway.machine;
