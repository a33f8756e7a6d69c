package io.weir.gateway.fleet;

import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.alarm.Trouble;
import io.weir.gateway.fleet.Site.Change;
import io.weir.gateway.fleet.Site.Level;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Value;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The gateways that report: of each its newest report and how it was before. Bounded: a gateway
 * beyond the bound is counted and left out, until one that is silent for long is forgotten. For any
 * thread.
 *
 * <p>A gateway is silent when nothing has come for three of its reports. After a start here that
 * time begins anew, since reports may wait on their way; but who was silent before stays so.
 */
public final class Sites {

  /** Gateways at most. */
  public static final int MOST = 1_000;

  private static final int FORMAT = 1;
  private static final int MOST_CHANGES = 50;
  private static final int CLOCKS = 8;
  private static final int MISSED = 3;
  private static final long CLOCK_AHEAD_NS = 60_000_000_000L;

  /** Alarms at most; the rest is said in one. */
  private static final int MOST_ALARMS = 50;

  private static final String TWIN =
      "another gateway reports by this id too: give each its own gateway.id";

  private static final Comparator<Site> BY_TROUBLE =
      Comparator.comparing(Site::level)
          .thenComparing(Site::sinceNs, Comparator.reverseOrder())
          .thenComparing(site -> site.newest().gateway());

  private static final class Known {
    private GatewayReport newest;
    private long receivedNs;
    private long heardNs;
    private Level level;
    private final Deque<Change> changes = new ArrayDeque<>();
    private final Deque<Double> ahead = new ArrayDeque<>();
    private final SharedId id = new SharedId();

    private Known(GatewayReport newest, long receivedNs, long heardNs, Level level) {
      this.newest = newest;
      this.receivedNs = receivedNs;
      this.heardNs = heardNs;
      this.level = level;
    }

    private void change(long fromNs, Level to, String reason) {
      level = to;
      changes.addLast(new Change(fromNs, to, reason));
      if (changes.size() > MOST_CHANGES) {
        changes.removeFirst();
      }
    }

    private Site site() {
      Double most = ahead.stream().max(Comparator.naturalOrder()).orElse(null);
      Change now = changes.getLast();
      return new Site(newest, receivedNs, level, now.fromNs(), most, List.copyOf(changes));
    }
  }

  private final Time time;
  private final long forgetAfterNs;
  private final Map<String, Known> all = new HashMap<>();
  private long leftOut;

  /**
   * @param forgetAfter after so long a silence a gateway is no longer listed
   */
  public Sites(Duration forgetAfter, Time time) {
    this.forgetAfterNs = forgetAfter.toNanos();
    this.time = time;
  }

  /** Takes a row; one that is older than what is known of its gateway changes nothing. */
  synchronized void take(String gateway, long timeNs, Map<String, Value> fields, long receivedNs) {
    if (!GatewayReport.isId(gateway)) {
      leftOut++;
      return;
    }
    GatewayReport report = GatewayReport.of(gateway, timeNs, fields);
    Known known = all.get(gateway);
    if (known == null) {
      if (all.size() >= MOST) {
        leftOut++;
        return;
      }
      known = new Known(report, receivedNs, time.elapsedNs(), levelOf(report));
      known.change(receivedNs, known.level, reasonOf(report));
      all.put(gateway, known);
    } else if (timeNs <= known.newest.timeNs()
        && known.newest.timeNs() <= receivedNs + CLOCK_AHEAD_NS) {
      // A repeat, or one that was overtaken: no sign that it lives now. Where the newest lies in
      // the
      // future, the clock of that gateway was ahead and has been set back.
      return;
    }
    boolean isShared = known.id.isWith(report);
    if (isShared) {
      report = GatewayReport.of(gateway, timeNs, withTwin(fields, report.reason()));
    }
    known.newest = report;
    known.receivedNs = receivedNs;
    known.heardNs = time.elapsedNs();
    known.ahead.addLast((timeNs - receivedNs) / 1e9);
    if (known.ahead.size() > CLOCKS) {
      known.ahead.removeFirst();
    }
    Level now = isShared && levelOf(report) == Level.WELL ? Level.WARNING : levelOf(report);
    if (now != known.level) {
      known.change(receivedNs, now, reasonOf(report));
    }
  }

  /** Says first that all the rest is of the one and of the other in turn. */
  private static Map<String, Value> withTwin(Map<String, Value> fields, String reason) {
    Map<String, Value> with = new LinkedHashMap<>(fields);
    with.put("reason", new Value.Text(reason.isEmpty() ? TWIN : TWIN + "; " + reason));
    return with;
  }

  private static Level levelOf(GatewayReport report) {
    if (!report.ready() || report.critical() > 0 || report.unexplained() != 0) {
      return Level.CRITICAL;
    }
    return report.warnings() > 0 ? Level.WARNING : Level.WELL;
  }

  private static String reasonOf(GatewayReport report) {
    return report.reason().isEmpty() ? report.alarms() : report.reason();
  }

  /** Finds who has fallen silent, and forgets who has been for long. */
  synchronized void look() {
    long elapsed = time.elapsedNs();
    long wall = time.wallNs();
    all.values()
        .removeIf(
            known ->
                known.level == Level.SILENT
                    && wall - known.changes.getLast().fromNs() > forgetAfterNs);
    for (Known known : all.values()) {
      double silentS = (elapsed - known.heardNs) / 1e9;
      if (known.level != Level.SILENT && silentS > MISSED * known.newest.everyS()) {
        known.change(wall, Level.SILENT, "");
      }
    }
  }

  /** All, the worst first. */
  public synchronized List<Site> list() {
    return all.values().stream().map(Known::site).sorted(BY_TROUBLE).toList();
  }

  /** One of them; {@code null} where it is not known. */
  public synchronized @Nullable Site site(String gateway) {
    Known known = all.get(gateway);
    return known == null ? null : known.site();
  }

  /** Rows left out: of gateways beyond the bound, or with an id that is none. */
  public synchronized long leftOut() {
    return leftOut;
  }

  /** Reasons for an alarm: who is silent, for longest first. */
  public synchronized List<Trouble> troubles() {
    List<Known> silent =
        all.values().stream()
            .filter(known -> known.level == Level.SILENT)
            .sorted(Comparator.comparingLong(known -> known.receivedNs))
            .toList();
    List<Trouble> troubles = new ArrayList<>();
    for (Known known : silent.subList(0, Math.min(silent.size(), MOST_ALARMS))) {
      troubles.add(
          new Trouble(
              AlarmKind.SITE_SILENT,
              known.newest.gateway(),
              "its last report came at "
                  + Time.instant(known.receivedNs).truncatedTo(ChronoUnit.SECONDS)));
    }
    if (silent.size() > MOST_ALARMS) {
      troubles.add(
          new Trouble(
              AlarmKind.SITE_SILENT, "", (silent.size() - MOST_ALARMS) + " more are silent"));
    }
    return troubles;
  }

  // ---- Its bytes

  synchronized byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(FORMAT);
      out.writeInt(all.size());
      for (Known known : all.values()) {
        write(out, known);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("memory is always written", e);
    }
    return bytes.toByteArray();
  }

  private static void write(DataOutputStream out, Known known) throws IOException {
    out.writeUTF(known.newest.gateway());
    out.writeLong(known.newest.timeNs());
    out.writeLong(known.receivedNs);
    Map<String, Value> fields = known.newest.fields();
    out.writeInt(fields.size());
    for (Map.Entry<String, Value> field : fields.entrySet()) {
      out.writeUTF(field.getKey());
      Value value = field.getValue();
      out.writeByte(value.type().ordinal());
      switch (value.type()) {
        case FLOAT -> out.writeDouble(((Value.Real) value).value());
        case INTEGER -> out.writeLong(((Value.Whole) value).value());
        case BOOLEAN -> out.writeBoolean(((Value.Flag) value).value());
        case STRING -> out.writeUTF(((Value.Text) value).value());
      }
    }
    out.writeInt(known.changes.size());
    for (Change change : known.changes) {
      out.writeLong(change.fromNs());
      out.writeByte(change.level().ordinal());
      out.writeUTF(change.reason());
    }
  }

  /**
   * Takes over what {@link #encode} gave.
   *
   * @throws IllegalArgumentException if these bytes are none of that
   */
  synchronized void decode(byte[] bytes) {
    Map<String, Known> found = new HashMap<>();
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      if (in.readInt() != FORMAT) {
        throw new IllegalArgumentException("the sites were written by another version");
      }
      int count = in.readInt();
      for (int i = 0; i < count; i++) {
        Known known = read(in);
        found.put(known.newest.gateway(), known);
      }
    } catch (IOException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("the sites that were kept are damaged", e);
    }
    all.clear();
    all.putAll(found);
  }

  private Known read(DataInputStream in) throws IOException {
    String gateway = in.readUTF();
    long timeNs = in.readLong();
    long receivedNs = in.readLong();
    Map<String, Value> fields = new LinkedHashMap<>();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      String name = in.readUTF();
      fields.put(
          name,
          switch (Value.Type.values()[in.readByte()]) {
            case FLOAT -> new Value.Real(in.readDouble());
            case INTEGER -> new Value.Whole(in.readLong());
            case BOOLEAN -> new Value.Flag(in.readBoolean());
            case STRING -> new Value.Text(in.readUTF());
          });
    }
    GatewayReport report = GatewayReport.of(gateway, timeNs, fields);
    Known known = new Known(report, receivedNs, time.elapsedNs(), levelOf(report));
    int changes = in.readInt();
    for (int i = 0; i < changes; i++) {
      known.change(in.readLong(), Level.values()[in.readByte()], in.readUTF());
    }
    if (known.changes.isEmpty()) {
      throw new IllegalArgumentException("a site without any state");
    }
    return known;
  }
}
