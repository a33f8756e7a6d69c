package io.weir.gateway.source.kafka;

import io.weir.gateway.config.Tls;
import io.weir.gateway.config.TlsFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.KeyStore;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.apache.kafka.common.security.auth.SslEngineFactory;
import org.jspecify.annotations.Nullable;

/**
 * TLS of the connections to brokers, from PEM files as everywhere in the gateway. The files are
 * read for each connection, so renewed ones are used by the next. Made by the client of Kafka, and
 * so public.
 */
public final class TlsEngines implements SslEngineFactory {

  /** Key of the {@link TlsFiles} among the properties of the client. */
  static final String FILES = "weir.tls.files";

  private @Nullable TlsFiles files;

  /**
   * Reads the files once, for what is wrong with them: the client of Kafka says then only that no
   * broker answers.
   */
  static void check(@Nullable TlsFiles files) {
    if (files != null) {
      context(files);
    }
  }

  private static SSLContext context(TlsFiles files) {
    try {
      return Tls.context(files);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void configure(Map<String, ?> properties) {
    files = (TlsFiles) Objects.requireNonNull(properties.get(FILES));
  }

  @Override
  public SSLEngine createClientSslEngine(
      String peerHost, int peerPort, String endpointIdentification) {
    SSLEngine engine = context(Objects.requireNonNull(files)).createSSLEngine(peerHost, peerPort);
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    engine.setSSLParameters(parameters);
    return engine;
  }

  @Override
  public SSLEngine createServerSslEngine(String peerHost, int peerPort) {
    throw new UnsupportedOperationException("a client");
  }

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
  public void close() {}
}
