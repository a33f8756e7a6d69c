package io.weir.gateway.api;

import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.alarm.Trouble;
import io.weir.gateway.quarantine.QuarantineBalance;
import io.weir.gateway.sink.SinkBalance;
import io.weir.gateway.sink.SinkTotals;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where every reading went, counted durably since the first start of the gateway. The unexplained
 * rest of a line should be 0; it is shown to make bugs visible.
 *
 * @param quarantine {@code null} in the answer of an earlier version
 */
public record LedgerResponse(
    List<Source> sources, List<Sink> sinks, @Nullable Quarantine quarantine) {

  /** Each line whose counts do not add up. */
  List<Trouble> troubles() {
    List<Trouble> troubles = new ArrayList<>();
    for (Source source : sources) {
      note("source " + source.name(), source.getUnexplained(), troubles);
    }
    for (Sink sink : sinks) {
      note("sink " + sink.name() + ", log " + sink.log(), sink.getUnexplained(), troubles);
    }
    if (quarantine != null) {
      note("the quarantine", quarantine.getUnexplained(), troubles);
    }
    return troubles;
  }

  /** Readings and parts without an outcome, or with two, of all lines. */
  public long unexplained() {
    return sources.stream().mapToLong(each -> Math.abs(each.getUnexplained())).sum()
        + sinks.stream().mapToLong(each -> Math.abs(each.getUnexplained())).sum()
        + (quarantine == null ? 0 : Math.abs(quarantine.getUnexplained()));
  }

  private static void note(String part, long unexplained, List<Trouble> troubles) {
    if (unexplained != 0) {
      String detail =
          unexplained > 0
              ? unexplained + " readings have no outcome in the ledger"
              : -unexplained + " readings have two outcomes in the ledger";
      troubles.add(new Trouble(AlarmKind.LEDGER_UNBALANCED, part, detail));
    }
  }

  /** One source: {@code received = appended + filtered + rejected + refused}. */
  public record Source(
      String name, long received, long appended, long filtered, long rejected, long refused) {

    public long getUnexplained() {
      return received - appended - filtered - rejected - refused;
    }
  }

  /**
   * One sink's drain of one log: {@code offered = stored + sent + thinned + quarantined + withheld
   * + dropped + corrupt + pending}.
   *
   * @param log which log it drains: readings or figures
   * @param offered readings that the log held for it, by the log's own count
   * @param sent readings given to a broker that confirms nothing
   * @param thinned readings that a rule of the sink left out, or folded into others
   * @param withheld readings that this store cannot keep, left out on purpose
   * @param dropped readings given up by a configured bound
   * @param corrupt readings that damage of the disk destroyed
   * @param pending readings safe on disk that are not yet stored, those in open windows too
   */
  public record Sink(
      String name,
      String log,
      long offered,
      long stored,
      long sent,
      long thinned,
      long quarantined,
      long withheld,
      long dropped,
      long corrupt,
      long pending) {

    public static Sink of(String name, String log, SinkBalance balance) {
      SinkTotals counts = balance.totals();
      return new Sink(
          name,
          log,
          balance.offered(),
          counts.stored(),
          counts.sent(),
          counts.thinned(),
          counts.quarantined(),
          counts.withheld(),
          counts.dropped(),
          counts.corrupt(),
          balance.pending());
    }

    public long getUnexplained() {
      return offered
          - stored
          - sent
          - thinned
          - quarantined
          - withheld
          - dropped
          - corrupt
          - pending;
    }
  }

  /**
   * What the sources rejected, on its way to the quarantine: {@code rejected = copied + lost +
   * pending}, in parts of messages.
   *
   * @param rejected by all sources
   * @param copied to the quarantine; it may have dropped them since, at its own bound
   * @param lost destroyed by damage, or dropped at the bound of the log, before they were copied
   * @param pending in records that are not copied yet
   * @param gaps places where damage destroyed records before they were copied; of those that were
   *     destroyed before a start of the gateway, {@code lost} does not know the parts
   */
  public record Quarantine(long rejected, long copied, long lost, long pending, long gaps) {

    /** The line of what a copier counts. */
    public static Quarantine of(QuarantineBalance balance) {
      return new Quarantine(
          balance.rejected(), balance.copied(), balance.lost(), balance.pending(), balance.gaps());
    }

    public long getUnexplained() {
      return rejected - copied - lost - pending;
    }
  }
}
