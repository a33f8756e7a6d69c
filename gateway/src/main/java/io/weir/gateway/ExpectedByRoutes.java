package io.weir.gateway;

import io.weir.gateway.devices.Expected;
import io.weir.gateway.intake.Decoding;
import io.weir.gateway.intake.Intake;
import io.weir.gateway.normalize.RouteConfig;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is expected of the devices of a topic, as the routes that hold now say it.
 *
 * @param subscribes whether a source of a name gets only what routes match; another one takes also
 *     what no route matches
 */
record ExpectedByRoutes(Intake intake, Predicate<String> subscribes) implements Expected.OfTopic {

  @Override
  public @Nullable Expected of(String source, String topic) {
    Decoding decoding = intake.decoding();
    RouteConfig.Devices rule = decoding.devices(source, topic, subscribes.test(source));
    return rule == null ? null : Expected.of(nanos(rule.period()), nanos(rule.silentAfter()));
  }

  private static long nanos(@Nullable Duration duration) {
    return duration == null ? 0 : duration.toNanos();
  }

  @Override
  public Object version() {
    return intake.decoding();
  }
}
