package io.weir.gateway;

import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.efficiency.EfficiencyConsumer;
import io.weir.gateway.log.CursorState;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.model.MemoryBudget;
import io.weir.gateway.settings.HeapTooSmallException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What the data directory knows from before, compared with the heap before any of it is read: a
 * process with a larger heap may have written it.
 */
final class KnownState {

  /** State that takes more than one such part of the heap is not read: it is copied on the way. */
  private static final int PARTS = 16;

  /** Of a machine, in the state of the figures, about. */
  private static final int STATE_BYTES_OF_MACHINE = 3_600;

  private final DataDirectory data;
  private final FileSystem files;
  private final long heapBytes;
  private final long largestMessage;

  KnownState(DataDirectory data, FileSystem files, long heapBytes, long largestMessage) {
    this.data = data;
    this.files = files;
    this.heapBytes = heapBytes;
    this.largestMessage = largestMessage;
  }

  /**
   * @throws HeapTooSmallException if the heap does not hold it
   */
  void check() throws IOException {
    ofFigures(data.log(Logs.READINGS));
    ofCursor(data.log(Logs.READINGS), CursorNames.DEVICES, "the watch over devices");
    ofCursor(data.log(Logs.FIGURES), CursorNames.HISTORY, "the history of states");
    ofCursor(data.log(Logs.FIGURES), CursorNames.HINTS, "what was learned for hints");
  }

  private void ofFigures(Path log) throws IOException {
    long bytes = CursorState.fileBytes(files, log, CursorNames.EFFICIENCY);
    long machines =
        bytes > heapBytes / PARTS
            ? bytes / STATE_BYTES_OF_MACHINE
            : EfficiencyConsumer.machinesIn(CursorState.read(files, log, CursorNames.EFFICIENCY));
    if (bytes > heapBytes / PARTS
        || machines > MemoryBudget.of(heapBytes, largestMessage).machines()) {
      throw new HeapTooSmallException(
          "the state of the figures has about " + machines + " machines, which",
          heapBytes,
          Math.max(PARTS * bytes, MemoryBudget.heapFor(machines, largestMessage)));
    }
  }

  private void ofCursor(Path log, String cursor, String owner) throws IOException {
    long bytes = CursorState.fileBytes(files, log, cursor);
    if (bytes > heapBytes / PARTS) {
      throw new HeapTooSmallException(
          owner + " has a state of " + (bytes >> 20) + "MiB, which", heapBytes, PARTS * bytes);
    }
  }
}
