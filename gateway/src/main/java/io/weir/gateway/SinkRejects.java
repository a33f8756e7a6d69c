package io.weir.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.model.Reason;
import io.weir.gateway.quarantine.QuarantineWriter;
import io.weir.gateway.quarantine.Quarantined.Fault;
import io.weir.gateway.sink.Rejects;
import java.io.IOException;
import java.util.List;

/** A drain's way into the quarantine. Owned by the drain's thread, like its writer. */
record SinkRejects(QuarantineWriter writer) implements Rejects {

  @Override
  public void reject(
      String sink,
      long offset,
      int index,
      int readings,
      String topic,
      long receiveTimeNs,
      Reason reason,
      String detail,
      String line)
      throws IOException {
    writer.put(
        offset,
        index,
        topic,
        receiveTimeNs,
        List.of(new Fault(reason, detail, readings)),
        line.getBytes(UTF_8));
  }

  @Override
  public void sync() throws IOException {
    writer.sync();
  }
}
