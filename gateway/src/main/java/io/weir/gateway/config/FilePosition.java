package io.weir.gateway.config;

/**
 * Where something was written.
 *
 * @param source the file as it was named, or the command line option
 * @param line its line from 1, or 0 where the source has no lines
 */
public record FilePosition(String source, int line) {}
