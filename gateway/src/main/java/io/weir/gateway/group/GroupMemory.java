package io.weir.gateway.group;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a member must remember over a restart.
 *
 * @param epoch the highest that it has given itself
 * @param sinceMs since when its history has no gap, by its own clock; 0 before it began
 * @param known the other members that were there and have not left
 */
record GroupMemory(long epoch, long sinceMs, Set<String> known) {

  private static final byte FORMAT = 1;

  GroupMemory {
    known = Set.copyOf(known);
  }

  static GroupMemory load(Group.Store store) throws IOException {
    Optional<byte[]> bytes = store.load();
    if (bytes.isEmpty()) {
      return new GroupMemory(0, 0, Set.of());
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.get()))) {
      byte format = in.readByte();
      if (format != FORMAT) {
        throw new IOException("the file of the group has format " + format + ", not " + FORMAT);
      }
      long epoch = in.readLong();
      long sinceMs = in.readLong();
      Set<String> known = new TreeSet<>();
      for (int left = in.readInt(); left > 0; left--) {
        known.add(in.readUTF());
      }
      return new GroupMemory(epoch, sinceMs, known);
    }
  }

  /** Format (u8, 1), epoch and since (i64), the number of others (u32), the id of each. */
  void save(Group.Store store) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(FORMAT);
    out.writeLong(epoch);
    out.writeLong(sinceMs);
    out.writeInt(known.size());
    for (String each : new TreeSet<>(known)) {
      out.writeUTF(each);
    }
    store.save(bytes.toByteArray());
  }
}
