package io.weir.gateway.source.listener.conformance;

import io.weir.peers.Peer;
import io.weir.peers.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The broker of the source that the sequences are of, as they want it: without a configuration. */
final class SequencesBroker extends Peer {

  private final Path program;
  private final int port = Ports.free();

  SequencesBroker(Path program, Path home) throws IOException {
    super(home);
    this.program = program;
  }

  @Override
  protected List<String> command() {
    return List.of(program.toString(), "-p", String.valueOf(port));
  }

  @Override
  public int port() {
    return port;
  }
}
