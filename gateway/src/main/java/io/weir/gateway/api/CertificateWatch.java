package io.weir.gateway.api;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.alarm.Trouble;
import io.weir.gateway.http.ServerCertificate;
import io.weir.gateway.metrics.MeterNames;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Looks each second whether the server's certificate was replaced, on the thread {@code
 * http-certificate}, and says in time that it expires. The clock is that of the meters.
 */
final class CertificateWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CertificateWatch.class);

  private static final long EVERY_S = 1;

  /** Time enough to get another one by hand. */
  private static final Duration BEFORE = Duration.ofDays(14);

  /** Certificates that live for days are replaced by a program, when a third of it is left. */
  private static final int PART_OF_LIFE = 5;

  private static final String SUBJECT = "http.tls";

  private final ServerCertificate certificate;
  private final Clock clock;
  private final Scheduler thread = Schedulers.newSingle("http-certificate", true);

  CertificateWatch(ServerCertificate certificate, MeterRegistry meters) {
    this.certificate = certificate;
    this.clock = meters.config().clock();
    Gauge.builder(MeterNames.HTTP_CERTIFICATE_LEFT, this, watch -> watch.left().toSeconds())
        .register(meters);
    thread.schedulePeriodically(this::look, EVERY_S, EVERY_S, TimeUnit.SECONDS);
  }

  private void look() {
    String before = certificate.state().refused();
    boolean other = certificate.look();
    ServerCertificate.State now = certificate.state();
    if (other) {
      LOG.info("{}: new certificate in use, valid until {}", SUBJECT, now.validUntil());
    } else if (!now.refused().isEmpty() && !now.refused().equals(before)) {
      LOG.error(
          "The new certificate is not used; the one before stays, valid until {}: {}",
          now.validUntil(),
          now.refused());
    }
  }

  private Duration left() {
    return Duration.between(
        Instant.ofEpochMilli(clock.wallTime()), certificate.state().validUntil());
  }

  List<Trouble> troubles() {
    List<Trouble> troubles = new ArrayList<>();
    ServerCertificate.State now = certificate.state();
    if (!now.refused().isEmpty()) {
      troubles.add(new Trouble(AlarmKind.CERTIFICATE_REFUSED, SUBJECT, now.refused()));
    }
    Duration life = Duration.between(now.validFrom(), now.validUntil()).dividedBy(PART_OF_LIFE);
    Duration left = left();
    if (left.compareTo(life.compareTo(BEFORE) < 0 ? life : BEFORE) < 0) {
      troubles.add(
          new Trouble(
              AlarmKind.CERTIFICATE_EXPIRING,
              SUBJECT,
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
