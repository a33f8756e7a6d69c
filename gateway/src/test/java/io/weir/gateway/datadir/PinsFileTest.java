package io.weir.gateway.datadir;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.log.AtomicFile;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.ForwardingFiles;
import io.weir.gateway.log.ForwardingHandle;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.log.NewerFormatException;
import io.weir.gateway.model.Value.Type;
import io.weir.gateway.normalize.Types;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Pinned types on a disk. */
class PinsFileTest {

  private static final Path FOLDER = Path.of("/data");

  private final MemoryDisk disk = new MemoryDisk(new Random(1));
  private long written;

  private final FileSystem counted =
      new ForwardingFiles(disk) {
        @Override
        public Handle open(Path file, Mode mode) throws IOException {
          return new ForwardingHandle(super.open(file, mode)) {

            @Override
            public void write(ByteBuffer from, long position) throws IOException {
              written += from.remaining();
              super.write(from, position);
            }
          };
        }
      };

  private static void isDamaged(String file) {
    throw new AssertionError(file + " is damaged");
  }

  private Types load() throws IOException {
    return Types.load(new DataDirectory(FOLDER).types(counted, PinsFileTest::isDamaged));
  }

  @Test
  void whatIsWrittenFollowsTheNewPinsAndNotAllPins() throws IOException {
    Types types = load();
    for (int i = 0; i < 1_000; i++) {
      types.set("telemetry", "metric-" + i, Type.FLOAT);
    }
    long first = written;
    assertThat(first).isLessThan(1_000 * 64);
    for (int i = 1_000; i < 3_000; i++) {
      types.set("telemetry", "metric-" + i, Type.FLOAT);
    }
    assertThat(written - first).isBetween(first, 2 * first + first / 10);
    assertThat(load().pins()).hasSize(3_000);
  }

  @Test
  void aPinThatIsSetAgainAndAgainTakesABoundedFile() throws IOException {
    for (int run = 0; run < 5; run++) {
      Types types = load();
      for (int i = 0; i < 1_000; i++) {
        types.set("telemetry", "metric", i % 2 == 0 ? Type.FLOAT : Type.STRING);
      }
      assertThat(disk.used()).isLessThan(70_000);
    }
    assertThat(load().pins()).containsExactly(new Types.Pin("telemetry", "metric", Type.STRING));
  }

  @Test
  void pinsOfAnEarlierVersionAreTakenOverAndThatVersionRefusesTheFile() throws IOException {
    AtomicFile before = new AtomicFile(disk, FOLDER.resolve("types"));
    before.write("weir types 1\n".getBytes(UTF_8));
    before.write("weir types 1\ntelemetry\tn\tINTEGER\n".getBytes(UTF_8));

    Types types = load();
    assertThat(types.pins()).containsExactly(new Types.Pin("telemetry", "n", Type.INTEGER));
    assertThat(new AtomicFile(disk, FOLDER.resolve("types")).read())
        .as("reading changes nothing")
        .isPresent();
    types.set("telemetry", "m", Type.FLOAT);
    assertThat(load().pins()).hasSize(2);
    assertThatThrownBy(new AtomicFile(disk, FOLDER.resolve("types"))::read)
        .isInstanceOf(NewerFormatException.class);
  }
}
