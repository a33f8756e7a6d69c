package io.weir.gateway.sink.embedded;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The calls that the gateway makes to the process of the store, as frames: a question is one of
 * these numbers and its arguments, an answer begins with {@link #DONE} or with {@link #FAILED} and
 * a text.
 */
final class StoreCalls {

  static final int PREPARE = 1;
  static final int CHANGED = 2;
  static final int SUSPENDED = 3;
  static final int RESUME = 4;
  static final int CLOSE = 5;

  static final int DONE = 0;
  static final int FAILED = 1;

  private StoreCalls() {}

  /** Answers one question but {@link #CLOSE}; within the process of the store. */
  static Frame answer(int call, Frame question, EmbeddedStore store) throws IOException {
    try {
      return switch (call) {
        case PREPARE -> put(new Frame().put(DONE), store.prepare(names(question)));
        case CHANGED -> new Frame().put(DONE).put(store.changed(numbers(question)));
        case SUSPENDED -> put(new Frame().put(DONE), store.suspended());
        case RESUME -> {
          store.resume();
          yield new Frame().put(DONE);
        }
        default -> throw new IllegalArgumentException("no call " + call);
      };
    } catch (IOException | RuntimeException e) {
      return new Frame().put(FAILED).put(String.valueOf(e.getMessage()));
    }
  }

  static Frame put(Frame frame, Set<String> names) throws IOException {
    frame.put(names.size());
    for (String each : names) {
      frame.put(each);
    }
    return frame;
  }

  static Set<String> names(Frame frame) throws IOException {
    Set<String> names = new HashSet<>();
    for (int left = frame.number(); left > 0; left--) {
      names.add(frame.text());
    }
    return names;
  }

  static Frame put(Frame frame, Map<String, Integer> tables) throws IOException {
    frame.put(tables.size());
    for (Map.Entry<String, Integer> each : tables.entrySet()) {
      frame.put(each.getKey()).put(each.getValue());
    }
    return frame;
  }

  private static Map<String, Integer> numbers(Frame frame) throws IOException {
    Map<String, Integer> tables = new HashMap<>();
    for (int left = frame.number(); left > 0; left--) {
      String name = frame.text();
      tables.put(name, frame.number());
    }
    return tables;
  }

  private static Frame put(Frame frame, EmbeddedStore.Prepared prepared) throws IOException {
    put(frame, prepared.tables());
    frame.put(prepared.impossible().size());
    for (Map.Entry<String, String> each : prepared.impossible().entrySet()) {
      frame.put(each.getKey()).put(each.getValue());
    }
    return frame;
  }

  static EmbeddedStore.Prepared prepared(Frame frame) throws IOException {
    Map<String, Integer> tables = numbers(frame);
    Map<String, String> impossible = new TreeMap<>();
    for (int left = frame.number(); left > 0; left--) {
      String name = frame.text();
      impossible.put(name, frame.text());
    }
    return new EmbeddedStore.Prepared(tables, impossible);
  }
}
