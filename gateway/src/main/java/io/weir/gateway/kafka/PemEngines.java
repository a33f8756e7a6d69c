package io.weir.gateway.kafka;

import io.weir.gateway.config.Tls;
import io.weir.gateway.config.TlsFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.KeyStore;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.apache.kafka.common.security.auth.SslEngineFactory;
import org.jspecify.annotations.Nullable;

/**
 * TLS by PEM files that are read for each connection, so that a renewed certificate needs no
 * restart. Made by Kafka's clients.
 */
public final class PemEngines implements SslEngineFactory {

  /** The setting that holds the {@link TlsFiles}. */
  static final String FILES = "weir.tls.files";

  private @Nullable TlsFiles files;

  @Override
  public void configure(Map<String, ?> settings) {
    files = (TlsFiles) settings.get(FILES);
  }

  @Override
  public SSLEngine createClientSslEngine(
      String peerHost, int peerPort, String endpointIdentification) {
    try {
      SSLEngine engine =
          Tls.context(Objects.requireNonNull(files)).createSSLEngine(peerHost, peerPort);
      engine.setUseClientMode(true);
      SSLParameters parameters = engine.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm(endpointIdentification);
      engine.setSSLParameters(parameters);
      return engine;
    } catch (IOException e) {
      throw new UncheckedIOException(e); // the client takes it for a connection that failed
    }
  }

  @Override
  public SSLEngine createServerSslEngine(String peerHost, int peerPort) {
    throw new IllegalStateException("this is a client");
  }

  /** Files are read anew anyway. */
  @Override
  public boolean shouldBeRebuilt(Map<String, Object> nextConfigs) {
    return false;
  }

  @Override
  public Set<String> reconfigurableConfigs() {
    return Set.of();
  }

  @Override
  public @Nullable KeyStore keystore() {
    return null;
  }

  @Override
  public @Nullable KeyStore truststore() {
    return null;
  }

  @Override
  public void close() {
    // nothing is held
  }
}
