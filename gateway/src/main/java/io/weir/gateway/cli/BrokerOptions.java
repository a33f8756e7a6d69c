package io.weir.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.settings.ConfigFile;
import io.weir.gateway.source.mqtt.MqttConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How to reach a broker that no configuration names. A password is never an argument. */
final class BrokerOptions {

  /** Stands for the password in the configuration that is made of the options. */
  private static final String PASSWORD = "WEIR_MQTT_PASSWORD";

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description =
          "Logs in at the broker; the password is asked for, or comes from --password-file or from"
              + " the environment as WEIR_MQTT_PASSWORD.")
  private @Nullable String user;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "A file whose first line is the password.")
  private @Nullable Path passwordFile;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "Who has signed the broker's certificate.")
  private @Nullable Path ca;

  @Option(names = "--cert", paramLabel = "FILE", description = "A client certificate.")
  private @Nullable Path cert;

  @Option(names = "--key", paramLabel = "FILE", description = "Its key.")
  private @Nullable Path key;

  @Option(
      names = "--version",
      paramLabel = "VERSION",
      description = "Of MQTT: 5 or 3.1.1. Default: 5.")
  private @Nullable String version;

  private @Nullable String password;

  MqttConfig broker(String url, Terminal terminal) throws InputException, IOException {
    StringBuilder source = new StringBuilder("name: plant, type: mqtt");
    add(source, "url", url);
    Map<String, String> environment = new HashMap<>();
    if (user != null) {
      add(source, "username", user);
      environment.put(PASSWORD, password(terminal));
      source.append(", password: '${").append(PASSWORD).append("}'");
    }
    add(source, "version", version);
    if (ca != null || cert != null || key != null) {
      StringBuilder tls = new StringBuilder();
      add(tls, "ca", absolute(ca));
      add(tls, "cert", absolute(cert));
      add(tls, "key", absolute(key));
      source.append(", tls: { ").append(tls.substring(2)).append(" }");
    }
    Path file = Files.createTempFile("weir-discover", ".yaml");
    try {
      Files.writeString(file, "gateway: { id: discover }\nsources: [ { " + source + " } ]\n");
      MqttConfig broker =
          (MqttConfig) new ConfigFile(file, environment, List.of()).loadSources().sources().get(0);
      return broker.listening("weir-discover-" + UUID.randomUUID());
    } catch (ConfigException e) {
      String of = e.problems().get(0).key();
      String option = of.substring(of.lastIndexOf('.') + 1);
      throw new InputException(
          "--"
              + (option.equals("username") ? "user" : option)
              + " "
              + e.problems().get(0).message());
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static @Nullable String absolute(@Nullable Path path) {
    return path == null ? null : path.toAbsolutePath().toString();
  }

  private static void add(StringBuilder to, String key, @Nullable String value) {
    if (value != null) {
      String quoted = value.replace("'", "''").replace("${", "$${");
      to.append(", ").append(key).append(": '").append(quoted).append("'");
    }
  }

  private String password(Terminal terminal) throws InputException, IOException {
    String known = password;
    if (known == null) {
      Path path = passwordFile;
      String given = terminal.environment().get(PASSWORD);
      known =
          path != null
              ? Files.readString(path, UTF_8).lines().findFirst().orElse("")
              : given != null ? given : new PasswordPrompt(terminal).known();
      password = known;
    }
    return known;
  }
}
