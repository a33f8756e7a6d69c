/**
 * The commands: arguments in, words and an exit code out.
 *
 * <p>0 says that it is done, 1 that the user's input is wrong, 2 that the machine or a peer failed.
 * What a command was asked for goes to the standard output, everything else to the standard error.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.cli;
