package io.weir.gateway;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.net.ssl.SSLSession;

/** The bytes of a whole answer, for requests that Java's own client does not send. */
record RawAnswer(String bytes) implements HttpResponse<String> {

  @Override
  public int statusCode() {
    return Integer.parseInt(bytes.split(" ", 3)[1]);
  }

  @Override
  public String body() {
    return bytes.substring(bytes.indexOf("\r\n\r\n") + 4);
  }

  @Override
  public HttpHeaders headers() {
    Map<String, List<String>> all = new TreeMap<>();
    for (String line : bytes.substring(0, bytes.indexOf("\r\n\r\n")).split("\r\n")) {
      int colon = line.indexOf(": ");
      if (colon > 0) {
        all.computeIfAbsent(line.substring(0, colon), name -> new ArrayList<>())
            .add(line.substring(colon + 2));
      }
    }
    return HttpHeaders.of(all, (name, value) -> true);
  }

  @Override
  public HttpRequest request() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<HttpResponse<String>> previousResponse() {
    return Optional.empty();
  }

  @Override
  public Optional<SSLSession> sslSession() {
    return Optional.empty();
  }

  @Override
  public URI uri() {
    throw new UnsupportedOperationException();
  }

  @Override
  public HttpClient.Version version() {
    return HttpClient.Version.HTTP_1_1;
  }
}
