package io.weir.gateway.decode;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One way to know a format from a message. Rules are tried by their clue, then by the name of the
 * format; the first that holds counts.
 *
 * @param filter the filter that belongs to the format as a whole, or {@code null}
 */
public record Recognition(Clue clue, @Nullable String filter, Predicate<Look> holds) {

  /** What gives a format away, the most certain first. */
  public enum Clue {
    /** The first levels of the topic, which a convention fixes. */
    TOPIC_BEGIN,
    /** Other levels of the topic. */
    TOPIC,
    /** Names in the payload that only this format has. */
    PAYLOAD,
    /** The shape of the payload, which formats of vendors have too. */
    SHAPE
  }

  /** By the topic's begin. */
  public static Recognition byTopic(String begin) {
    return new Recognition(Clue.TOPIC_BEGIN, null, look -> look.topic().startsWith(begin));
  }

  /** By the topic's begin, which belongs to the format as a whole. */
  public static Recognition byWholeTopic(String begin) {
    return new Recognition(Clue.TOPIC_BEGIN, begin + "#", look -> look.topic().startsWith(begin));
  }

  /** By another rule. */
  public static Recognition by(Clue clue, Predicate<Look> holds) {
    return new Recognition(clue, null, holds);
  }
}
