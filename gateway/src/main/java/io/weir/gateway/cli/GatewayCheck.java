package io.weir.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.config.Secret;
import io.weir.gateway.settings.Config;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** The gateway itself, if it runs; else whether its port is free. */
record GatewayCheck(Diagnosis diagnosis, Config config, WearCheck wear, @Nullable Secret token) {

  private static final String SUBJECT = "gateway";
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /**
   * Asks the gateway for its health and its alarms.
   *
   * @return whether it runs
   */
  boolean run() throws InputException {
    if (config.http().port() == 0) {
      diagnosis.note(SUBJECT, "http.port is 0, so it cannot be asked whether it runs", "");
      return false;
    }
    RunningGateway gateway = new RunningGateway(config.http(), token, LIMIT);
    try {
      JsonNode status = gateway.get("/api/v1/status");
      if (!status.path("gateway").asText().equals(config.gateway().id())) {
        diagnosis.wrong(
            SUBJECT,
            "at %s another gateway runs: '%s'"
                .formatted(gateway.address(), status.path("gateway").asText()),
            "give this one another http.port");
        return false;
      }
      running(gateway, status);
      return true;
    } catch (RunningGateway.AwayException none) {
      port();
      return false;
    } catch (IOException e) {
      diagnosis.wrong(
          SUBJECT,
          String.valueOf(e.getMessage()),
          "check http.port and the token, or what else listens there");
      return false;
    }
  }

  private void running(RunningGateway gateway, JsonNode status) throws IOException {
    diagnosis.ok(
        SUBJECT,
        "runs at %s, version %s, %s"
            .formatted(
                gateway.address(), status.path("version").asText(), status.path("state").asText()));
    for (JsonNode part : gateway.ask("/health/ready").json().path("parts")) {
      if (!part.path("ready").asBoolean()) {
        diagnosis.wrong(
            part.path("kind").asText() + " " + part.path("name").asText(),
            part.path("reason").asText(),
            "");
      }
    }
    for (JsonNode alarm : status.path("alarms")) {
      String text = alarm.path("text").asText();
      String advice = "docs/runbook/" + alarm.path("id").asText() + ".md";
      if (alarm.path("severity").asText().equals("critical")) {
        diagnosis.wrong("alarm", text, advice);
      } else {
        diagnosis.note("alarm", text, advice);
      }
    }
    if (status.path("group").isObject()) {
      group(status.path("group"));
    }
    wear.running(status.path("disk"));
    for (String where : imbalances(gateway.get("/api/v1/ledger"))) {
      diagnosis.wrong("ledger", where, "weir ledger shows the counts; please report this");
    }
  }

  /** Who of the group is there, and what each does. */
  private void group(JsonNode group) {
    StringJoiner members = new StringJoiner(", ");
    for (JsonNode each : group.path("members")) {
      String behind =
          each.path("behindSeconds").isNumber()
              ? ", %.0f s behind".formatted(each.path("behindSeconds").asDouble())
              : "";
      members.add(
          "%s is %s with %d machines%s"
              .formatted(
                  each.path("id").asText(),
                  each.path("state").asText(),
                  each.path("machines").asInt(),
                  behind));
    }
    diagnosis.ok(
        "group " + group.path("name").asText(),
        "%s, epoch %d: %s"
            .formatted(group.path("mode").asText(), group.path("epoch").asLong(), members));
  }

  private static List<String> imbalances(JsonNode ledger) throws IOException {
    return new LedgerTable(LedgerCommand.ledger(ledger)).imbalances();
  }

  private void port() {
    String where = config.http().bind() + ":" + config.http().port();
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(
          new InetSocketAddress(InetAddress.getByName(config.http().bind()), config.http().port()));
      diagnosis.ok(SUBJECT, "does not run; its port " + where + " is free");
    } catch (UnknownHostException e) {
      diagnosis.wrong(
          SUBJECT, "http.bind: this machine does not know " + e.getMessage(), "use an address");
    } catch (IOException e) {
      diagnosis.wrong(
          SUBJECT,
          "does not run, and cannot listen on " + where + ": " + e.getMessage(),
          "choose another http.port or http.bind, or stop what listens there");
    }
  }
}
