package io.weir.gateway.group;

import io.weir.gateway.model.Asset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The members among whom assets are divided. Two that have the same view agree on every owner.
 *
 * @param members their ids, sorted; none: nobody owns anything
 */
public record View(List<String> members) {

  static final View NOBODY = new View(List.of());

  public View {
    members = members.stream().sorted().distinct().toList();
  }

  boolean has(String member) {
    return members.contains(member);
  }

  /**
   * Who owns a key: the member with the highest hash of both (rendezvous). When a member leaves,
   * only its own keys get another owner.
   */
  @Nullable String owner(String key) {
    String owner = null;
    long highest = 0;
    for (String member : members) {
      long hash = hash(member, key);
      if (owner == null || Long.compareUnsigned(hash, highest) > 0) {
        owner = member;
        highest = hash;
      }
    }
    return owner;
  }

  /** FNV-1a over both, spread by the last step of SplitMix64. */
  private static long hash(String member, String key) {
    long hash = 0xcbf29ce484222325L;
    for (String part : new String[] {member, "\0", key}) {
      for (int i = 0; i < part.length(); i++) {
        hash = (hash ^ part.charAt(i)) * 0x100000001b3L;
      }
    }
    hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
    return hash ^ (hash >>> 31);
  }

  /**
   * What is hashed of an asset: its path down to the line, so that a line and its machines have the
   * same owner.
   *
   * @param otherwise where it has no such path
   */
  static String key(GroupConfig.Mode mode, Asset asset, String otherwise) {
    if (mode == GroupConfig.Mode.STANDBY) {
      return "";
    }
    String line = asset.toLine().path();
    if (!line.isEmpty()) {
      return line;
    }
    return asset.machine() == null ? otherwise : asset.machine();
  }
}
