package io.weir.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.weir.gateway.config.Secret;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.model.Failure;
import io.weir.gateway.settings.Config;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufMono;
import reactor.netty.http.client.HttpClient;

/**
 * The gateway that runs with a configuration, asked over its own HTTP server with the token and the
 * certificate of that configuration.
 */
final class RunningGateway {

  /** Longer than any answer takes on a machine that works. */
  static final Duration LIMIT = Duration.ofSeconds(60);

  private static final int BAD = 400;
  private static final int UNKNOWN = 401;
  private static final int NOT_ALLOWED = 403;
  private static final int NOT_FOUND = 404;

  /** No gateway answers at the configured address. */
  static final class AwayException extends IOException {

    private static final long serialVersionUID = 1;

    AwayException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The gateway takes a request for wrong, or knows nothing of what it names. */
  static final class WrongException extends IOException {

    private static final long serialVersionUID = 1;

    WrongException(String message) {
      super(message);
    }
  }

  /** What the gateway answered. */
  record Answer(int status, String body) {

    /** The body; a missing node where it is no JSON. */
    JsonNode json() {
      try {
        return new ObjectMapper().readTree(body);
      } catch (IOException e) {
        return new ObjectMapper().missingNode();
      }
    }
  }

  private final Config.Http http;
  private final @Nullable Secret token;
  private final Duration limit;

  /**
   * @param token what it is asked with, or {@code null}
   * @param limit how long an answer may take
   * @throws InputException if the configuration does not say where the gateway listens
   */
  RunningGateway(Config.Http http, @Nullable Secret token, Duration limit) throws InputException {
    this.http = http;
    this.token = token;
    this.limit = limit;
    if (http.port() == 0) {
      throw new InputException("http.port is 0: give the real port with --set http.port=PORT");
    }
  }

  /** Where it listens, as seen from this machine. */
  String address() {
    String host =
        switch (http.bind()) {
          case "0.0.0.0" -> "127.0.0.1";
          case "::" -> "[::1]";
          default -> http.bind().contains(":") ? "[" + http.bind() + "]" : http.bind();
        };
    return (http.tls() == null ? "http://" : "https://") + host + ":" + http.port();
  }

  /**
   * Asks for a path, and expects the answer 200.
   *
   * @throws AwayException if no gateway answers
   * @throws IOException if it does not answer in time, or with another status
   */
  JsonNode get(String path) throws IOException {
    return expectOk(ask(client().get().uri(uri(path))));
  }

  /** Asks for a path, whatever the status of the answer. */
  Answer ask(String path) throws IOException {
    return ask(client().get().uri(uri(path)));
  }

  /** Posts a body, and expects that it is done, or will be. */
  JsonNode post(String path, String body) throws IOException {
    return expectOk(answerTo(path, body));
  }

  /** Posts a body, whatever the status of the answer. */
  Answer answerTo(String path, String body) throws IOException {
    return ask(client().post().uri(uri(path)).send(ByteBufMono.fromString(Mono.just(body))));
  }

  private URI uri(String path) {
    return URI.create(address() + path);
  }

  /**
   * What an answer contains.
   *
   * @throws WrongException if it says that the request is wrong
   * @throws IOException if it does not say that it is done, or will be
   */
  static JsonNode expectOk(Answer answer) throws IOException {
    if (answer.status() / 100 != 2) {
      String said = answer.json().path("detail").asText(answer.body());
      String refusal = "the gateway answers " + answer.status() + ": " + said + advice(answer);
      throw answer.status() == BAD || answer.status() == NOT_FOUND
          ? new WrongException(refusal)
          : new IOException(refusal);
    }
    return answer.json();
  }

  /** How to get a token that may do what was asked. */
  private static String advice(Answer answer) {
    if (answer.status() == UNKNOWN) {
      return ". Give a token by --token-file or "
          + Program.TOKEN
          + "; with http.users, weir user token --config F NAME --role ROLE makes one";
    }
    String needed = answer.json().path("needs").asText();
    return answer.status() != NOT_ALLOWED || needed.isEmpty()
        ? ""
        : ". weir user token --config F NAME --role "
            + needed
            + " makes a token that may; give it by --token-file or "
            + Program.TOKEN;
  }

  private HttpClient client() throws IOException {
    HttpClient client =
        HttpClient.newConnection()
            .headers(
                headers -> {
                  if (token != null) {
                    headers.set("authorization", "Bearer " + token.value());
                  }
                });
    if (http.tls() == null) {
      return client;
    }
    SslContext own = own(http.tls().files());
    return client.secure(spec -> spec.sslContext(own).handlerConfigurator(RunningGateway::anyName));
  }

  private Answer ask(HttpClient.ResponseReceiver<?> request) throws IOException {
    try {
      return Objects.requireNonNull(
          request
              .responseSingle(
                  (response, body) ->
                      body.asString()
                          .defaultIfEmpty("")
                          .map(text -> new Answer(response.status().code(), text)))
              .block(limit));
    } catch (RuntimeException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof ConnectException) {
        throw new AwayException("no gateway answers at " + address(), cause);
      }
      throw new IOException(
          "the gateway at " + address() + " did not answer: " + words(cause), cause);
    }
  }

  private String words(Throwable cause) {
    return cause instanceof IllegalStateException || cause instanceof TimeoutException
        ? "nothing within " + limit.toSeconds() + " s"
        : Failure.withoutClasses(String.valueOf(cause.getMessage()));
  }

  /** Trusts the gateway's own certificate and no other. */
  private static SslContext own(TlsFiles tls) throws IOException {
    return SslContextBuilder.forClient()
        .trustManager(Objects.requireNonNull(tls.cert()).toFile())
        .build();
  }

  /** The exact certificate is known, and is issued for the name that other machines use. */
  static void anyName(SslHandler handler) {
    SSLParameters parameters = handler.engine().getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("");
    handler.engine().setSSLParameters(parameters);
  }
}
