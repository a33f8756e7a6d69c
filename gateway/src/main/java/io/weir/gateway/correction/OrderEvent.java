package io.weir.gateway.correction;

import io.weir.gateway.model.Asset;
import java.util.Locale;

/**
 * What a person, or a system above, says of the order that an asset makes. It is folded like what
 * machines tell of their orders, at its own instant.
 *
 * @param id its offset in the log
 * @param asset a machine; or a line: then all machines of it
 * @param at nanoseconds since the epoch
 * @param order its id; "" where a step other than {@link Step#STARTED} names none
 * @param product "" where none is given
 * @param quantity that is planned; NaN where it is not given
 * @param comment "" for none
 */
public record OrderEvent(
    long id,
    Asset asset,
    long at,
    Step step,
    String order,
    String product,
    double quantity,
    String comment,
    Origin origin)
    implements Entry {

  /** A larger one is a fault of the hand. */
  public static final double MOST_QUANTITY = 1e9;

  /** What happens to the order. */
  public enum Step {
    /** From now on the asset makes this order, for the first time or once more. */
    STARTED,
    /** The asset makes no order; this one will be started again. */
    PAUSED,
    /** The asset makes no order; this one is done. */
    FINISHED;

    /** The word by which it travels. */
    public String kind() {
      return "order-" + name().toLowerCase(Locale.ROOT);
    }
  }

  public OrderEvent {
    if (step == Step.STARTED && order.isBlank()) {
      throw new IllegalArgumentException("an order that is started has an id");
    }
    if (!(Double.isNaN(quantity) || quantity > 0 && quantity <= MOST_QUANTITY)) {
      throw new IllegalArgumentException("a quantity is above 0 and at most 1000000000");
    }
  }

  /** The same of an order that is named. */
  public OrderEvent of(String named) {
    return new OrderEvent(id, asset, at, step, named, product, quantity, comment, origin);
  }

  /** Whether it is about a machine, itself or by its line. */
  public boolean isAbout(Asset machine) {
    return asset.machine() != null ? asset.equals(machine) : asset.equals(machine.toLine());
  }

  /** Whether it comes before another one: by its instant, of one instant by its rank. */
  public boolean isBefore(OrderEvent other) {
    return at != other.at ? at < other.at : rank() < other.rank();
  }

  @Override
  public OrderEvent withOrigin(Origin of) {
    return new OrderEvent(id, asset, at, step, order, product, quantity, comment, of);
  }

  @Override
  public OrderEvent withId(long number) {
    return new OrderEvent(number, asset, at, step, order, product, quantity, comment, origin);
  }
}
