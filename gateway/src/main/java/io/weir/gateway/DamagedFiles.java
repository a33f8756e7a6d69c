package io.weir.gateway;

import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.alarm.Trouble;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Small files of the data directory of which no whole copy was left. For any thread. */
final class DamagedFiles implements Consumer<String> {

  private static final Logger LOG = LoggerFactory.getLogger(DamagedFiles.class);

  private final Set<String> names = new ConcurrentSkipListSet<>();

  @Override
  public void accept(String name) {
    if (names.add(name)) {
      LOG.error(
          "{} of the data directory is damaged; the gateway goes on without its content", name);
    }
  }

  List<Trouble> troubles() {
    return names.stream()
        .map(name -> new Trouble(AlarmKind.FILE_DAMAGED, name, "its content is lost"))
        .toList();
  }
}
