package io.weir.gateway.decode;

import io.weir.gateway.log.Time;
import java.time.Duration;
import java.util.List;

/**
 * A decoder of a format that has sessions: what a message means depends on what its sender said
 * before, and one that was not heard from the start may have to be asked to begin again. All routes
 * of a configuration share the sessions, since one sender's messages may match several of them; so
 * do the routes of the configuration after it.
 *
 * <p>Decoding itself changes nothing, so that a message which could not be kept may be decoded
 * again; what it changes is handed to {@link Decoder.Output#onceKept}.
 */
public interface SessionDecoder extends Decoder {

  /** The same sessions, read within the limits of another route. */
  SessionDecoder limited(DecodeLimits limits);

  /**
   * What must be sent to the senders of one source now, by default nothing. Each is returned once;
   * if it is lost, the next message that cannot be understood brings it again. Asked a few times a
   * second.
   *
   * @param patience how long messages missing in a sender's sequence are waited for
   */
  default List<Command> due(String source, Duration patience, Time time) {
    return List.of();
  }

  /** A message to publish at QoS 0, not retained. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Command(String topic, byte[] payload) {}
}
