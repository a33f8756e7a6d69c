package io.weir.gateway;

import io.weir.gateway.correction.Sharing;
import io.weir.gateway.group.Said;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What people said, as the members of a group give it to each other. */
record SharedEntries(Sharing sharing, BooleanSupplier remaking) implements Said {

  @Override
  public Map<String, Long> kept() {
    Map<String, Long> kept = new HashMap<>();
    sharing.kept().forEach((stream, number) -> kept.put(Long.toString(stream), number));
    return kept;
  }

  @Override
  public void heard(Map<String, Long> kept) {
    Map<Long, Long> streams = new HashMap<>();
    kept.forEach(
        (stream, number) -> {
          if (stream.matches("[0-9]{1,18}|[0-8][0-9]{18}")) {
            streams.put(Long.parseLong(stream), number);
          }
        });
    sharing.heard(streams);
  }

  @Override
  public @Nullable Batch after(String stream, long number, int mostBytes) throws IOException {
    Sharing.Batch batch = sharing.after(Long.parseLong(stream), number, mostBytes);
    return batch == null ? null : new Batch(batch.bytes(), batch.last());
  }

  @Override
  public void take(byte[] batch) throws IOException {
    sharing.take(batch);
  }

  @Override
  public boolean isRemaking() {
    return remaking.getAsBoolean();
  }
}
