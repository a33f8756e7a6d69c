package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.config.ReasonTree;
import io.weir.gateway.model.Asset;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the words of one machine mean in the tree of reasons. Immutable. */
public final class MachineReasons {

  private final Map<String, ReasonTree.Node> words;
  private final boolean hasTree;

  private MachineReasons(Map<String, ReasonTree.Node> words, boolean hasTree) {
    this.words = words;
    this.hasTree = hasTree;
  }

  /** Whether there is a tree; for the machine none of it may hold: then no word means anything. */
  boolean hasTree() {
    return hasTree;
  }

  /** The node that a word means, or {@code null}. */
  public ReasonTree.@Nullable Node of(String word) {
    return words.get(word);
  }

  /** The category of the reason that a word means, "" where it means none. */
  public String category(String word) {
    ReasonTree.Node node = words.get(word);
    return node == null ? "" : node.category();
  }

  /**
   * Makes those of each machine; machines for which the same nodes hold share them.
   *
   * <p>Mutable; for any thread.
   */
  public static final class Book {

    private final ReasonTree tree;
    private final Map<BitSet, MachineReasons> known = new HashMap<>();

    public Book(ReasonTree tree) {
      this.tree = tree;
    }

    public synchronized MachineReasons of(Asset machine) {
      BitSet holding = new BitSet();
      int[] count = {0};
      tree.each(
          node -> {
            holding.set(count[0], node.holdsFor(machine));
            count[0]++;
          });
      return known.computeIfAbsent(
          holding, nodes -> new MachineReasons(tree.words(machine), !tree.isEmpty()));
    }
  }
}
