package io.weir.gateway.efficiency.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Value;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

/** What one machine says, as numbers. */
class MachineWordsTest {

  private static final Asset MACHINE = new Asset(null, null, null, "m");

  private final MachineWords words =
      new MachineWords(
          new SignalRules.Book(new EfficiencyConfigBuilder().build()).of(MACHINE),
          DatedCycles.NONE,
          FoldMemory.ample(),
          new NoUses());
  private final ReorderBuffer readings = new ReorderBuffer();

  /** As if nothing that was told were in use any more. */
  private static final class NoUses implements MachineWords.Uses {
    @Override
    public void words(BitSet used) {
      // none
    }

    @Override
    public void products(BitSet used) {
      // none
    }

    @Override
    public void orders(BitSet used) {
      // none
    }
  }

  private void tell(int minute, int signal, String word) {
    words.put(readings, minute * ShiftCalendar.MINUTE, (byte) signal, new Value.Text(word));
  }

  @Test
  void aWordThatIsRepeatedStaysLongerThanThoseThatAreNot() {
    for (int minute = 0; minute <= 9; minute++) {
      tell(minute, Signals.STATE, "RUNNING");
      tell(minute, Signals.STATE, "RUNNING");
      if (minute == 6) {
        for (int i = 0; i < Symbols.LIMIT / 2; i++) {
          tell(minute, Signals.REASONS, "old-" + i);
        }
      }
    }
    int symbol = words.words().of("RUNNING", 0);
    for (int i = 0; i < Symbols.LIMIT / 2 + 10; i++) {
      tell(10, Signals.REASONS, "new-" + i);
    }
    assertThat(words.words().turns()).isEqualTo(1);
    assertThat(words.words().known()).contains(symbol);
    assertThat(words.words().word(symbol)).isEqualTo("RUNNING");
  }
}
