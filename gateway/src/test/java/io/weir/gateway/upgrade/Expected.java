package io.weir.gateway.upgrade;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What the version that wrote a data directory says is in it.
 *
 * @param version the commit of the program
 * @param stoppedAtNs wall time after its last record
 * @param near the lines that the first sink had not got yet, in the order of the log of readings
 * @param away the same of the second sink, which had got nothing
 * @param figures the lines of figures that the second sink had not got
 * @param quarantine what was set aside, newest first: reason and evidence
 * @param sources the ledger of each source: received, appended, filtered, rejected, refused
 * @param stored the readings that the first sink had stored or set aside
 * @param filters the subscriptions that the broker may hold
 */
record Expected(
    String version,
    long stoppedAtNs,
    List<String> near,
    List<String> away,
    List<String> figures,
    List<String> quarantine,
    Map<String, List<Long>> sources,
    long stored,
    List<String> filters) {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  static Expected read(InputStream file) throws IOException {
    return JSON.readValue(file, Expected.class);
  }

  void write(Path file) throws IOException {
    JSON.writeValue(file.toFile(), this);
  }
}
