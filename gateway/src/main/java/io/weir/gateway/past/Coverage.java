package io.weir.gateway.past;

import org.jspecify.annotations.Nullable;

/**
 * Where an answer comes from.
 *
 * @param source {@link #GATEWAY}, or the name of a store
 * @param fromNs the first instant of which there is anything, {@code null} where there is nothing
 * @param problem what could not be asked, "" where all was
 */
public record Coverage(String source, @Nullable Long fromNs, String problem) {

  public static final String GATEWAY = "gateway";
}
