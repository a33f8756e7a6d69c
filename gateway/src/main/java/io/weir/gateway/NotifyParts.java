package io.weir.gateway;

import io.weir.gateway.admin.NotificationRequests;
import io.weir.gateway.alarm.Alarms;
import io.weir.gateway.alarm.Trouble;
import io.weir.gateway.http.HttpRoute;
import io.weir.gateway.log.Threads;
import io.weir.gateway.notify.AlarmCauses;
import io.weir.gateway.notify.Causes;
import io.weir.gateway.notify.FigureCauses;
import io.weir.gateway.notify.Heartbeat;
import io.weir.gateway.notify.Notifier;
import io.weir.gateway.notify.NotifyConfig;
import io.weir.gateway.notify.Outlet;
import io.weir.gateway.notify.OutletConfig;
import io.weir.gateway.notify.Outlets;
import io.weir.gateway.notify.Texts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The wiring of the notifications; without {@code notify} in the configuration there are none. */
final class NotifyParts {

  private final @Nullable Notifier notifier;
  private final @Nullable Heartbeat heartbeat;
  private final NotificationRequests requests;

  /**
   * @param figures {@code null} where none are made
   */
  NotifyParts(Base base, Alarms alarms, @Nullable FigureParts figures, Heartbeat.Life life)
      throws IOException {
    NotifyConfig config = base.config().notifications();
    notifier = config == null ? null : notifier(base, config, alarms, figures);
    heartbeat = config == null ? null : heartbeat(base, config, life);
    requests = new NotificationRequests(notifier);
    base.started().add("requests of notifications", requests::close);
  }

  private static Notifier notifier(
      Base base, NotifyConfig config, Alarms alarms, @Nullable FigureParts figures)
      throws IOException {
    BookFile kept =
        new BookFile("notifications", base.data().notifications(base.files()), base.damaged());
    Notifier made = new Notifier(config, Notifier.open(config), kept, base.time(), base.meters());
    base.started().add("notifications", made::close);
    Texts texts = Texts.of(config.language());
    List<Causes> causes = new ArrayList<>(List.of(new AlarmCauses(alarms::raised, texts)));
    if (figures != null) {
      causes.add(
          new FigureCauses(
              figures.consumer()::snapshot,
              figures.consumer()::efficiency,
              figures.states()::uncoded,
              texts));
    }
    made.asks(Causes.all(causes));
    return made;
  }

  private static @Nullable Heartbeat heartbeat(
      Base base, NotifyConfig config, Heartbeat.Life life) {
    NotifyConfig.Heartbeat wanted = config.heartbeat();
    if (wanted == null) {
      return null;
    }
    Map<String, Outlet> outlets = new LinkedHashMap<>();
    for (OutletConfig outlet : config.outlets()) {
      if (wanted.to().contains(outlet.name())) {
        outlets.put(outlet.name(), Outlets.open(outlet));
      }
    }
    Heartbeat made = new Heartbeat(config.gateway(), wanted.interval(), outlets, life, base.time());
    base.started().add("heartbeat", made::close);
    return made;
  }

  List<HttpRoute> routes() {
    return requests.routes();
  }

  List<Trouble> troubles() {
    List<Trouble> troubles = new ArrayList<>();
    if (notifier != null) {
      troubles.addAll(notifier.troubles());
    }
    if (heartbeat != null) {
      troubles.addAll(heartbeat.troubles());
    }
    return troubles;
  }

  void start(Threads threads) {
    if (notifier != null) {
      notifier.start(threads);
    }
    if (heartbeat != null) {
      heartbeat.start(threads);
    }
  }

  void step() {
    if (notifier != null) {
      notifier.stepAll();
    }
    if (heartbeat != null) {
      heartbeat.step();
    }
  }
}
