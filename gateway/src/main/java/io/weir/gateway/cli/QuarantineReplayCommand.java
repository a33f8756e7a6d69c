package io.weir.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.weir.gateway.config.ConfigException;
import io.weir.gateway.config.Secret;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.settings.Config;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLParameters;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufMono;
import reactor.netty.http.client.HttpClient;

/** Asks the running gateway to replay entries: only the gateway may write to its logs. */
@Command(
    name = "replay",
    description = {
      "Send entries through the running gateway again, with its current routes. Each keeps the"
          + " time when it was first received; what fails again is quarantined again."
    })
final class QuarantineReplayCommand extends ConfiguredCommand {

  @Mixin private final SelectionOptions selection = new SelectionOptions();

  @Option(names = "--all", description = "All entries; not with other selecting options.")
  private boolean all;

  @Option(names = "--again", description = "Also entries that were replayed before.")
  private boolean again;

  QuarantineReplayCommand(Terminal terminal) {
    super(terminal);
  }

  /** What the gateway said. */
  private record Answer(int status, String body) {}

  @Override
  public Integer call() throws ConfigException, InputException, IOException {
    Config.Http http = options.load().http();
    Map<String, Object> wanted = selection.members();
    if (wanted.isEmpty() != all) {
      throw new InputException("select entries with an option such as --reason, or with --all");
    }
    if (http.port() == 0) {
      throw new InputException("http.port is 0: give the real port with --set http.port=PORT");
    }
    if (all) {
      wanted.put("all", true);
    }
    wanted.put("again", again);
    Answer answer = ask(http, new ObjectMapper().writeValueAsString(wanted));
    JsonNode json = json(answer.body());
    if (answer.status() != 200) {
      String said = json.path("detail").asText(answer.body());
      throw new IOException("the gateway answers " + answer.status() + ": " + said);
    }
    terminal
        .out()
        .printf(
            "replayed %d: %d readings, %d rejected again in whole or in part;"
                + " skipped %d replayed before and %d whose bytes were not all kept%n",
            json.path("replayed").asLong(),
            json.path("readings").asLong(),
            json.path("stillRejected").asLong(),
            json.path("already").asLong(),
            json.path("cut").asLong());
    return Program.DONE;
  }

  private static Answer ask(Config.Http http, String wanted) throws IOException {
    String address = address(http);
    HttpClient client =
        HttpClient.newConnection()
            .headers(
                headers -> {
                  Secret token = http.token();
                  if (token != null) {
                    headers.set("authorization", "Bearer " + token.value());
                  }
                });
    TlsFiles tls = http.tls();
    if (tls != null) {
      SslContext own = own(tls);
      client =
          client.secure(
              spec -> spec.sslContext(own).handlerConfigurator(QuarantineReplayCommand::anyName));
    }
    try {
      return Objects.requireNonNull(
          client
              .post()
              .uri(URI.create(address + "/api/v1/quarantine/replay"))
              .send(ByteBufMono.fromString(Mono.just(wanted)))
              .responseSingle(
                  (response, body) ->
                      body.asString()
                          .defaultIfEmpty("")
                          .map(text -> new Answer(response.status().code(), text)))
              .block());
    } catch (RuntimeException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(
          cause instanceof ConnectException
              ? "no gateway answers at " + address + "; a replay needs it running"
              : "the gateway at " + address + " did not answer: " + cause.getMessage(),
          cause);
    }
  }

  /** Where the gateway that has this configuration listens, as seen from this machine. */
  private static String address(Config.Http http) {
    String host =
        switch (http.bind()) {
          case "0.0.0.0" -> "127.0.0.1";
          case "::" -> "[::1]";
          default -> http.bind().contains(":") ? "[" + http.bind() + "]" : http.bind();
        };
    return (http.tls() == null ? "http://" : "https://") + host + ":" + http.port();
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

  private static JsonNode json(String body) {
    try {
      return new ObjectMapper().readTree(body);
    } catch (IOException e) {
      return new ObjectMapper().missingNode();
    }
  }
}
