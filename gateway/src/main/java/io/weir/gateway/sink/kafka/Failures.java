package io.weir.gateway.sink.kafka;

import io.weir.gateway.model.Failure;
import io.weir.gateway.model.Reason;
import io.weir.gateway.sink.Sink.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.InvalidTxnTimeoutException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.ThrottlingQuotaExceededException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedCompressionTypeException;
import org.apache.kafka.common.errors.UnsupportedForMessageFormatException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;

/** What the failures of Kafka's client mean to the drain. */
final class Failures {

  /** Failures of one record for good, whatever is tried again. */
  private static final Map<Class<? extends Exception>, Reason> OF_A_RECORD =
      Map.of(
          RecordTooLargeException.class, Reason.TOO_LARGE,
          RecordBatchTooLargeException.class, Reason.TOO_LARGE,
          InvalidRecordException.class, Reason.STORE_REJECTED,
          InvalidTimestampException.class, Reason.STORE_REJECTED,
          InvalidTopicException.class, Reason.BAD_NAME);

  private Failures() {}

  /** Why a record is refused for good, or {@code null} where the failure is of something else. */
  static @Nullable Reason ofRecord(Throwable failure) {
    return OF_A_RECORD.get(cause(failure).getClass());
  }

  /** The answer where a write or a question failed. */
  static Answer answer(Throwable failure) {
    Throwable cause = cause(failure);
    if (cause instanceof UnknownTopicOrPartitionException) {
      return new Answer.Misconfigured(
          "a topic does not exist, and the brokers do not make it: " + message(failure));
    } else if (needsAPerson(cause)) {
      return new Answer.Misconfigured(inWords(cause));
    } else if (cause instanceof ThrottlingQuotaExceededException throttled) {
      return new Answer.Busy(
          java.time.Duration.ofMillis(throttled.throttleTimeMs()), inWords(cause));
    }
    return new Answer.Down(inWords(cause));
  }

  private static boolean needsAPerson(Throwable cause) {
    return cause instanceof AuthenticationException
        || cause instanceof AuthorizationException
        || cause instanceof UnknownTopicOrPartitionException
        || cause instanceof InvalidTopicException
        || cause instanceof InvalidConfigurationException
        || cause instanceof InvalidTxnTimeoutException
        || cause instanceof UnsupportedVersionException
        || cause instanceof UnsupportedCompressionTypeException
        || cause instanceof UnsupportedForMessageFormatException
        || (cause instanceof ConfigException && !isUnresolved(cause));
  }

  /** No name of a broker is known to the name servers, or these are away: the client says it so. */
  private static boolean isUnresolved(Throwable cause) {
    return String.valueOf(cause.getMessage()).contains("No resolvable bootstrap urls");
  }

  /**
   * What the client wraps: a topic that is not there ends as a timeout whose cause says so, and a
   * producer that cannot go on names why behind a general failure.
   */
  static Throwable cause(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (needsAPerson(each)
          || each instanceof ConfigException
          || OF_A_RECORD.containsKey(each.getClass())) {
        return each;
      }
    }
    return failure instanceof ExecutionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /** One sentence for a user. */
  static String inWords(Throwable failure) {
    String message = message(failure);
    if (failure instanceof SaslAuthenticationException) {
      return "the brokers refuse the login: " + message + "; check username, password, mechanism";
    } else if (failure instanceof SslAuthenticationException) {
      return "TLS: "
          + message
          + "; check tls.ca, the names in the brokers' certificates, and whether they ask for tls.cert";
    } else if (failure instanceof TopicAuthorizationException topics) {
      return "no right to write to "
          + topics.unauthorizedTopics()
          + "; the user needs Write and Describe";
    } else if (failure instanceof GroupAuthorizationException group) {
      return "no right to the group of the transactions"
          + (group.groupId() == null ? "" : ", " + group.groupId())
          + "; the user needs Read for it";
    } else if (failure instanceof TransactionalIdAuthorizationException) {
      return "no right to the transactional id; the user needs Write and Describe for it";
    } else if (failure instanceof ClusterAuthorizationException) {
      return "no right to write to any topic; the user needs Write and Describe on those it writes";
    } else if (isUnresolved(failure)) {
      return "no address is known of any of the brokers";
    } else if (failure instanceof InterruptException) {
      return "interrupted";
    }
    return message;
  }

  private static String message(Throwable failure) {
    if (failure instanceof IOException || failure instanceof UncheckedIOException) {
      return Failure.inWords(failure);
    }
    String message = failure.getMessage();
    return message == null || message.isBlank()
        ? Objects.toString(failure.getClass().getSimpleName())
        : Failure.withoutClasses(message).replaceAll("\\.+$", "");
  }
}
