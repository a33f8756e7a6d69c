package io.weir.gateway.efficiency.learn;

import static java.util.Objects.requireNonNull;

import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.LearnedConfig;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Folding;
import io.weir.gateway.model.Message;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the log {@code figures} and learns from it where {@code efficiency.learned} is enabled;
 * otherwise it passes over the records without reading them, and keeps nothing.
 *
 * <p>What was learned is committed with the cursor now and then, and so survives a crash; rows
 * after the last commit are read again. If the cursor is lost, what was learned is lost with it,
 * and is learned again from what the log still holds.
 */
public final class HintsConsumer extends Folding {

  private static final Logger LOG = LoggerFactory.getLogger(HintsConsumer.class);
  private static final byte[] NOTHING = new byte[0];

  private final long heapBytes;

  private volatile EfficiencyConfig wanted;
  private volatile List<Finding> findings = List.of();

  // Owned by the thread.
  private EfficiencyConfig used;
  private @Nullable Learned learned;

  /**
   * @param feed over the log of figures; closed with this
   * @param commitEvery how often what was learned is saved
   * @param heapBytes that it may take, about
   */
  public HintsConsumer(
      EfficiencyConfig efficiency, Feed feed, Time time, Duration commitEvery, long heapBytes) {
    super("hints", "the hints", feed, time, commitEvery);
    this.heapBytes = heapBytes;
    wanted = efficiency;
    used = efficiency;
    if (efficiency.learned().enabled()) {
      learned = restored(feed.state());
      findings = learned.findings();
    }
  }

  private Learned restored(byte[] state) {
    if (state.length > 0) {
      try {
        return Learned.decode(state, used, heapBytes);
      } catch (IllegalArgumentException e) {
        LOG.warn("The hints are learned from the beginning: {}", e.getMessage());
      }
    }
    return new Learned(used, heapBytes);
  }

  /** Learns as configured here from the next record on; for any thread. */
  public void use(EfficiencyConfig efficiency) {
    wanted = efficiency;
  }

  /** How it is configured now; for any thread. */
  public LearnedConfig config() {
    return wanted.learned();
  }

  /** All that is found now; for any thread. */
  public List<Finding> findings() {
    return config().enabled() ? findings : List.of();
  }

  @Override
  protected boolean concerns(ByteBuffer record) {
    look();
    return learned != null;
  }

  @Override
  protected void accept(Message message) {
    Learned takes = requireNonNull(learned);
    takes.accept(message);
    findings = takes.findings();
  }

  /** Takes up another configuration. */
  @Override
  @SuppressWarnings("ReferenceEquality") // another instance is another configuration
  protected void look() {
    EfficiencyConfig now = wanted;
    if (now == used) {
      return;
    }
    used = now;
    Learned before = learned;
    if (!now.learned().enabled()) {
      learned = null;
      findings = List.of();
    } else if (before == null) {
      learned = new Learned(now, heapBytes);
    } else {
      before.use(now);
      findings = before.findings();
    }
  }

  @Override
  protected byte[] encode() {
    return learned == null ? NOTHING : learned.encode();
  }
}
