package io.weir.gateway.alarm;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.log.Time;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The board of alarms. An alarm is raised when its condition begins to hold and cleared when the
 * condition ends. Each of the two is logged once. For any thread.
 */
public final class Alarms {

  /** The gauge: 1 while any alarm of the id is raised, else 0. */
  public static final String METER = "weir.alarm";

  /** Its tag. */
  public static final String TAG = "id";

  private static final Logger LOG = LoggerFactory.getLogger(Alarms.class);

  private record Key(AlarmKind kind, String subject) {}

  private final Time time;
  private final Map<Key, Alarm> raised = new LinkedHashMap<>();

  public Alarms(Time time, MeterRegistry meters) {
    this.time = time;
    for (AlarmKind kind : AlarmKind.values()) {
      Gauge.builder(METER, this, board -> board.isRaised(kind) ? 1 : 0)
          .tag(TAG, kind.id())
          .register(meters);
    }
  }

  /**
   * Raises and clears alarms, so that exactly the given conditions have one.
   *
   * @param troubles all conditions that hold now; of two with the same kind and subject the first
   *     counts
   */
  public synchronized void update(List<Trouble> troubles) {
    Map<Key, String> now = new LinkedHashMap<>();
    for (Trouble trouble : troubles) {
      now.putIfAbsent(new Key(trouble.kind(), trouble.subject()), trouble.reason());
    }
    for (Iterator<Map.Entry<Key, Alarm>> all = raised.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<Key, Alarm> each = all.next();
      if (!now.containsKey(each.getKey())) {
        all.remove();
        LOG.info("Alarm {} cleared: {}", each.getValue().id(), each.getValue().text());
      }
    }
    now.forEach(this::raise);
  }

  private void raise(Key key, String reason) {
    AlarmKind kind = key.kind();
    Alarm before = raised.get(key);
    Instant since = before == null ? Time.instant(time.wallNs()) : before.since();
    String text = kind.text(key.subject(), reason);
    raised.put(key, new Alarm(kind.id(), key.subject(), since, kind.severity(), text, reason));
    if (before == null) {
      LOG.warn("Alarm {}: {} (docs/runbook/{}.md)", kind.id(), text, kind.id());
    }
  }

  /** The alarms that are raised now, critical ones first, then the oldest first. */
  public synchronized List<Alarm> raised() {
    List<Alarm> all = new ArrayList<>(raised.values());
    all.sort((a, b) -> a.severity().compareTo(b.severity()));
    return List.copyOf(all);
  }

  private synchronized boolean isRaised(AlarmKind kind) {
    return raised.keySet().stream().anyMatch(key -> key.kind() == kind);
  }
}
