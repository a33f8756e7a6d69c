package io.weir.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.model.Durable;
import io.weir.gateway.quarantine.QuarantineWriter;
import io.weir.gateway.quarantine.Quarantined.Fault;
import io.weir.gateway.sink.Rejection;
import io.weir.gateway.sink.Rejects;
import java.io.IOException;
import java.util.List;

/** Writes what a sink rejected into the quarantine. Owned by the drain's thread. */
record SinkRejects(QuarantineWriter writer) implements Rejects {

  @Override
  public void reject(Rejection rejection) throws IOException {
    writer.put(
        rejection.offset(),
        rejection.index(),
        rejection.topic(),
        rejection.receiveTimeNs(),
        List.of(new Fault(rejection.reason(), rejection.detail(), rejection.readings())),
        rejection.line().getBytes(UTF_8));
  }

  @Override
  public Durable sync() throws IOException {
    return writer.sync();
  }
}
