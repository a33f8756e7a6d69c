package io.weir.gateway.group;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a member must remember over a restart.
 *
 * @param epoch the highest that it has given itself
 * @param sinceMs since when its history has no gap, by its own clock; 0 before it began
 * @param known the other members that were there and have not left
 * @param terms up to when it has sent what
 */
record GroupMemory(long epoch, long sinceMs, Set<String> known, Terms terms) {

  private static final byte FORMAT = 2;

  /** Without the terms. */
  private static final byte FORMER = 1;

  GroupMemory {
    known = Set.copyOf(known);
  }

  GroupMemory since(long ms) {
    return new GroupMemory(epoch, ms, known, terms);
  }

  GroupMemory knowing(Set<String> others) {
    return new GroupMemory(epoch, sinceMs, others, terms);
  }

  GroupMemory sending(long inEpoch, Terms now) {
    return new GroupMemory(inEpoch, sinceMs, known, now);
  }

  static GroupMemory load(Group.Store store, String self) throws IOException {
    Optional<byte[]> bytes = store.load();
    if (bytes.isEmpty()) {
      return new GroupMemory(0, 0, Set.of(), Terms.NONE);
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.get()))) {
      byte format = in.readByte();
      if (format != FORMAT && format != FORMER) {
        throw new IOException("the file of the group has format " + format + ", not " + FORMAT);
      }
      long epoch = in.readLong();
      long sinceMs = in.readLong();
      Set<String> known = ids(in);
      Map<View, Long> terms = new HashMap<>();
      if (format == FORMAT) {
        for (int left = in.readInt(); left > 0; left--) {
          View view = new View(new ArrayList<>(ids(in)));
          terms.put(view, in.readLong());
        }
      } else if (epoch > 0) {
        terms.put(new View(List.of(self)), Terms.NOW); // it has sent, and it is not known what
      }
      return new GroupMemory(epoch, sinceMs, known, new Terms(terms));
    }
  }

  private static Set<String> ids(DataInputStream in) throws IOException {
    Set<String> ids = new TreeSet<>();
    for (int left = in.readInt(); left > 0; left--) {
      ids.add(in.readUTF());
    }
    return ids;
  }

  /**
   * Format (u8, 2), epoch and since (i64), the number of others (u32), the id of each, the number
   * of terms (u32), of each its members as those, and its end (i64).
   */
  void save(Group.Store store) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(FORMAT);
    out.writeLong(epoch);
    out.writeLong(sinceMs);
    write(out, new TreeSet<>(known));
    out.writeInt(terms.toNs().size());
    for (Map.Entry<View, Long> each : terms.toNs().entrySet()) {
      write(out, each.getKey().members());
      out.writeLong(each.getValue());
    }
    store.save(bytes.toByteArray());
  }

  private static void write(DataOutputStream out, Iterable<String> ids) throws IOException {
    List<String> all = new ArrayList<>();
    ids.forEach(all::add);
    out.writeInt(all.size());
    for (String each : all) {
      out.writeUTF(each);
    }
  }
}
