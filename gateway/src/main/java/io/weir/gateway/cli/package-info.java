/** The commands: arguments in, exit code out. */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.cli;
