package io.weir.gateway.sink;

import io.weir.gateway.model.Durable;
import io.weir.gateway.model.Reason;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A quarantine in memory: repeats collapse, and what is not synced is lost in a crash. */
final class MemoryRejects implements Rejects {

  record Entry(Reason reason, String detail, String line, int readings, String topic) {}

  final Map<String, Entry> synced = new LinkedHashMap<>();
  final Map<String, Entry> open = new LinkedHashMap<>();
  @Nullable IOException fail;
  @Nullable IOException failSync;

  @Override
  public synchronized void reject(Rejection rejection) throws IOException {
    if (fail != null) {
      throw fail;
    }
    open.put(
        rejection.offset() + "/" + rejection.index(),
        new Entry(
            rejection.reason(),
            rejection.detail(),
            rejection.line(),
            rejection.readings(),
            rejection.topic()));
  }

  @Override
  public synchronized Durable sync() throws IOException {
    return Durable.after(this::write);
  }

  private void write() throws IOException {
    if (fail != null) {
      throw fail;
    }
    if (failSync != null) {
      throw failSync;
    }
    synced.putAll(open);
    open.clear();
  }

  synchronized void crash() {
    open.clear();
  }

  synchronized List<Entry> entries() {
    return List.copyOf(synced.values());
  }

  synchronized List<String> lines() {
    return synced.values().stream().map(Entry::line).toList();
  }

  synchronized int readings() {
    return synced.values().stream().mapToInt(Entry::readings).sum();
  }
}
