package io.weir.gateway.source.kafka;

import io.weir.gateway.kafka.Login;
import io.weir.gateway.model.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;

/** Why records cannot be read, in words that say what to check. */
final class Reasons {

  private Reasons() {}

  static String of(Throwable failure, KafkaSourceConfig config) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String known = known(cause, config);
      if (known != null) {
        return known;
      }
    }
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null
        ? "the connection failed: " + root.getClass().getSimpleName()
        : Failure.withoutClasses(root.getMessage());
  }

  private static @Nullable String known(Throwable cause, KafkaSourceConfig config) {
    if (cause instanceof SaslAuthenticationException) {
      return "the broker refuses the login: check username, password and mechanism ("
          + cause.getMessage()
          + ")";
    }
    if (cause instanceof SslAuthenticationException) {
      Throwable root = cause.getCause() == null ? cause : cause.getCause();
      return "TLS: " + Failure.withoutClasses(String.valueOf(root.getMessage()));
    }
    if (cause instanceof UncheckedIOException && cause.getCause() instanceof IOException io) {
      return Failure.withoutClasses(String.valueOf(io.getMessage()));
    }
    if (cause instanceof TopicAuthorizationException topics) {
      return "not authorised to read "
          + words(topics.unauthorizedTopics())
          + ": "
          + user(config)
          + " needs READ on the topic";
    }
    if (cause instanceof GroupAuthorizationException) {
      return "not authorised to read in group "
          + config.group()
          + ": "
          + user(config)
          + " needs READ on the group";
    }
    if (cause instanceof UnsupportedVersionException) {
      return "the brokers are too old: " + cause.getMessage();
    }
    if (cause instanceof ConfigException && String.valueOf(cause.getMessage()).contains("resolv")) {
      return "no host of " + words(config.brokers().addresses()) + " is known";
    }
    if (cause instanceof TimeoutException) {
      return noAnswer(config);
    }
    return null;
  }

  private static String user(KafkaSourceConfig config) {
    Login login = config.brokers().login();
    return login == null ? "the gateway" : "user " + login.username();
  }

  static String noAnswer(KafkaSourceConfig config) {
    return "no broker answers at " + words(config.brokers().addresses());
  }

  static String words(Iterable<String> names) {
    Set<String> sorted = new TreeSet<>();
    names.forEach(sorted::add);
    return String.join(", ", sorted);
  }
}
