package io.weir.gateway.efficiency;

import io.weir.gateway.model.Asset;
import java.util.ArrayList;
import java.util.List;

/**
 * What people asked to be folded again since the start, and how far each is.
 *
 * <p>For any thread, under its own lock. What is to be done is durable in the {@link FiguresBook};
 * this is only what is said of it.
 */
public final class RecomputeRequests {

  private static final int MOST = 50;

  /** How far a request is. */
  public enum State {
    /** It waits for its turn. */
    WAITING,
    /** Its span is being folded. */
    RUNNING,
    /** All that is finished of its span was written; the rest follows each hour. */
    DONE,
    /** The log has nothing of its span any more, or its asset is not known. */
    REFUSED;

    boolean isEnded() {
      return this == DONE || this == REFUSED;
    }
  }

  /**
   * How far it is.
   *
   * @param share of the work, 0 to 1
   * @param rows readings written so far
   * @param detail what was left out and why; "" for nothing
   * @param origin from where its readings came: {@code log}, {@code store} for both, "" if unknown
   * @param notGivenBack what the store cannot give back, where it was read
   */
  public record Course(
      State state,
      double share,
      long rows,
      String detail,
      String origin,
      List<String> notGivenBack) {

    private static final Course BEFORE = new Course(State.WAITING, 0, 0, "", "", List.of());

    static Course unread(State state, double share, String detail) {
      return new Course(state, share, 0, detail, "", List.of());
    }
  }

  /**
   * What somebody asked for.
   *
   * @param asset the place of a machine, line, area or site; "" for all
   * @param from nanoseconds since the epoch
   * @param to behind it
   */
  public record Request(long id, String asset, long from, long to, Course course) {

    public State state() {
      return course.state;
    }

    private Request at(Course now) {
      return new Request(id, asset, from, to, now);
    }

    private boolean isOf(List<RecomputeSpan> spans) {
      return spans.stream()
          .anyMatch(
              span ->
                  span.asked()
                      && span.from() <= from
                      && to <= span.to()
                      && asset.equals(path(span.asset())));
    }
  }

  private final List<Request> requests = new ArrayList<>();
  private long lastId;

  /** Notes a request; returns its number. */
  synchronized long add(Asset asset, long from, long to) {
    requests.add(new Request(++lastId, path(asset), from, to, Course.BEFORE));
    if (requests.size() > MOST) {
      requests.remove(0);
    }
    return lastId;
  }

  private static String path(Asset asset) {
    return asset.place();
  }

  /** The last requests since the start, the oldest first. */
  synchronized List<Request> list() {
    return List.copyOf(requests);
  }

  /** Says how far those are that spans hold and that have not ended. */
  synchronized void report(List<RecomputeSpan> spans, Course now) {
    requests.replaceAll(each -> !each.state().isEnded() && each.isOf(spans) ? each.at(now) : each);
  }
}
