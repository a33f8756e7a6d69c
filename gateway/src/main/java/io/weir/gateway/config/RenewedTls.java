package io.weir.gateway.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * TLS by files that are looked at for each connection, so that a renewed one needs no restart.
 * Content is compared, not times; while it is the same, connections share what shortens their
 * handshakes. For several threads.
 */
public final class RenewedTls extends SSLSocketFactory {

  private final TlsFiles files;

  private @Nullable Made last;

  private record Made(List<byte[]> content, SSLSocketFactory sockets) {

    boolean isOf(List<byte[]> other) {
      return Arrays.deepEquals(content.toArray(), other.toArray());
    }
  }

  public RenewedTls(TlsFiles files) {
    this.files = files;
  }

  private synchronized SSLSocketFactory now() throws IOException {
    List<byte[]> content = List.of(read(files.ca()), read(files.cert()), read(files.key()));
    Made known = last;
    if (known == null || !known.isOf(content)) {
      known = new Made(content, Tls.socketFactory(files));
      last = known;
    }
    return known.sockets();
  }

  /** Nothing where it cannot be read: who makes TLS of it says so. */
  private static byte[] read(@Nullable Path file) {
    try {
      return file == null ? new byte[0] : Files.readAllBytes(file);
    } catch (IOException e) {
      return new byte[0];
    }
  }

  @Override
  public Socket createSocket(Socket socket, String host, int port, boolean autoClose)
      throws IOException {
    return now().createSocket(socket, host, port, autoClose);
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return now().createSocket(host, port);
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress from, int fromPort)
      throws IOException {
    return now().createSocket(host, port, from, fromPort);
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return now().createSocket(host, port);
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort)
      throws IOException {
    return now().createSocket(host, port, from, fromPort);
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return ((SSLSocketFactory) SSLSocketFactory.getDefault()).getDefaultCipherSuites();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return ((SSLSocketFactory) SSLSocketFactory.getDefault()).getSupportedCipherSuites();
  }
}
