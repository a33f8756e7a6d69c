package io.weir.gateway.api;

import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.alarm.Trouble;
import java.util.ArrayList;
import java.util.List;

/**
 * Where every reading went, counted durably since the first start of the gateway. The unexplained
 * rest of a line should be 0; it is shown to make bugs visible.
 */
public record LedgerResponse(List<Source> sources, List<Sink> sinks) {

  /** Each line whose counts do not add up. */
  List<Trouble> troubles() {
    List<Trouble> troubles = new ArrayList<>();
    for (Source source : sources) {
      note("source " + source.name(), source.getUnexplained(), troubles);
    }
    for (Sink sink : sinks) {
      note("sink " + sink.name() + ", log " + sink.log(), sink.getUnexplained(), troubles);
    }
    return troubles;
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
}
