package io.weir.gateway.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * PEM files of a TLS connection.
 *
 * @param ca the authorities that are trusted, or {@code null} for those that Java knows
 * @param cert our own certificate chain; given with {@code key} or not at all
 * @param key its private key
 */
public record TlsFiles(@Nullable Path ca, @Nullable Path cert, @Nullable Path key) {}
