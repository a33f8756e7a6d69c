package io.weir.gateway.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GroupMemoryTest {

  /** A file that does not fail. */
  static final class Kept implements Group.Store {
    private Optional<byte[]> bytes = Optional.empty();

    @Override
    public Optional<byte[]> load() {
      return bytes;
    }

    @Override
    public void save(byte[] saved) {
      bytes = Optional.of(saved);
    }
  }

  private final Kept file = new Kept();

  @Test
  void whatWasSavedIsRead() throws IOException {
    View view = new View(List.of("a", "b"));
    Terms terms = new Terms(Map.of(view, Terms.NOW, new View(List.of("a")), 17L));
    GroupMemory memory = new GroupMemory(3, 4, Set.of("b", "c"), terms);
    memory.save(file);
    assertThat(GroupMemory.load(file, "a")).isEqualTo(memory);
  }

  private static byte[] former(int format, long epoch) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(format);
    out.writeLong(epoch);
    out.writeLong(4);
    out.writeInt(1);
    out.writeUTF("b");
    return bytes.toByteArray();
  }

  /** Whoever gave itself an epoch has sent; it is not known what. */
  @Test
  void ofTheFormerFormatItMayHaveSentAll() throws IOException {
    file.save(former(1, 3));
    GroupMemory sent = GroupMemory.load(file, "a");
    assertThat(sent.known()).containsExactly("b");
    assertThat(sent.terms().to("a", "any line")).isEqualTo(Terms.NOW);
    file.save(former(1, 0));
    assertThat(GroupMemory.load(file, "a").terms().to("a", "any line")).isEqualTo(Terms.NEVER);
  }

  @Test
  void aLaterFormatIsNotRead() throws IOException {
    file.save(former(3, 1));
    assertThatThrownBy(() -> GroupMemory.load(file, "a"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("format 3");
  }
}
