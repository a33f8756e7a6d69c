package io.weir.gateway.sink;

import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Series;
import org.jspecify.annotations.Nullable;

/** What is of one series: head, part and origin say what a stream asks of it. */
interface OutboundOfSeries extends Outbound, StreamSink.Entry {

  /** Of its series and quality. */
  SeriesHead head();

  /** Says the row as a line, where it is refused. */
  LineProtocol syntax();

  @Override
  default Series series() {
    return head().series();
  }

  @Override
  default Quality quality() {
    return head().quality();
  }

  @Override
  default long timeNs() {
    return part().timeNs();
  }

  @Override
  default @Nullable String reason() {
    return part().reason();
  }

  @Override
  default int index() {
    return part().index();
  }

  @Override
  default long offset() {
    return origin().offset();
  }

  @Override
  default String topic() {
    return origin().topic();
  }

  @Override
  default long receiveTimeNs() {
    return origin().receiveTimeNs();
  }

  @Override
  default String line() {
    return syntax().line(row());
  }
}
