/**
 * The commands: arguments in; output and an exit code out. Imports nothing of the root: {@code
 * Main} gives it what the command {@code run} starts.
 *
 * <p>Exit codes: 0 means done, 1 means that the user's input is wrong, 2 means that the machine or
 * a peer failed, 141 that nobody reads the result any more. Results go to the standard output,
 * everything else to the standard error.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.cli;
