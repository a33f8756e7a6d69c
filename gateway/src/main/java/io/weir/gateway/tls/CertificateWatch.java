package io.weir.gateway.tls;

import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.alarm.Trouble;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Looks each second whether a server's certificate was replaced, on a thread of its own, and says
 * in time that it expires.
 */
public final class CertificateWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CertificateWatch.class);

  private static final long EVERY_S = 1;

  /** Time enough to get another one by hand. */
  private static final Duration BEFORE = Duration.ofDays(14);

  /** Certificates that live for days are replaced by a program, when a third of it is left. */
  private static final int PART_OF_LIFE = 5;

  private final String subject;
  private final ServerCertificate certificate;
  private final LongSupplier wallMs;
  private final Scheduler thread;

  /**
   * @param subject where its files stand in the configuration
   * @param thread the name of the thread
   * @param wallMs the time, in milliseconds since the epoch
   */
  public CertificateWatch(
      String subject, ServerCertificate certificate, String thread, LongSupplier wallMs) {
    this.subject = subject;
    this.certificate = certificate;
    this.wallMs = wallMs;
    this.thread = Schedulers.newSingle(thread, true);
    this.thread.schedulePeriodically(this::look, EVERY_S, EVERY_S, TimeUnit.SECONDS);
  }

  private void look() {
    String before = certificate.state().refused();
    boolean other = certificate.look(Instant.ofEpochMilli(wallMs.getAsLong()));
    ServerCertificate.State now = certificate.state();
    if (other) {
      LOG.info("{}: new certificate in use, valid until {}", subject, now.validUntil());
    } else if (!now.refused().isEmpty() && !now.refused().equals(before)) {
      LOG.error(
          "The new certificate is not used; the one before stays, valid until {}: {}",
          now.validUntil(),
          now.refused());
    }
  }

  /** How long the certificate is valid yet. Any thread. */
  public Duration left() {
    return Duration.between(
        Instant.ofEpochMilli(wallMs.getAsLong()), certificate.state().validUntil());
  }

  /** What is wrong with it. Any thread. */
  public List<Trouble> troubles() {
    List<Trouble> troubles = new ArrayList<>();
    ServerCertificate.State now = certificate.state();
    if (!now.refused().isEmpty()) {
      troubles.add(new Trouble(AlarmKind.CERTIFICATE_REFUSED, subject, now.refused()));
    }
    Duration life = Duration.between(now.validFrom(), now.validUntil()).dividedBy(PART_OF_LIFE);
    Duration left = left();
    if (left.compareTo(life.compareTo(BEFORE) < 0 ? life : BEFORE) < 0) {
      troubles.add(
          new Trouble(
              AlarmKind.CERTIFICATE_EXPIRING,
              subject,
              (left.isNegative() ? "it was valid until " : "it is valid until ")
                  + now.validUntil()));
    }
    return troubles;
  }

  @Override
  public void close() {
    thread.dispose();
  }
}
