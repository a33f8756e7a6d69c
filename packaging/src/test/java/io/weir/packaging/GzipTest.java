package io.weir.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class GzipTest {

  private static final int SIZE = 100_000;

  @Test
  void whatIsCompressedAlreadyIsStoredAndAllIsReadAsItWas() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Gzip gzip = new Gzip(out)) {
      for (String path : new String[] {"lib/a.jar", "LICENSE", "java/lib/modules", "sbom.json"}) {
        gzip.begin(path);
        gzip.write(new byte[SIZE]);
      }
    }
    assertThat(out.size()).isBetween(2 * SIZE, 2 * SIZE + 2_000);
    byte[] read = new GZIPInputStream(new ByteArrayInputStream(out.toByteArray())).readAllBytes();
    assertThat(read).isEqualTo(new byte[4 * SIZE]);
  }
}
