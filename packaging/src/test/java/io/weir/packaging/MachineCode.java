package io.weir.packaging;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Tells programs and libraries by the bytes that they begin with. */
final class MachineCode {

  private MachineCode() {}

  /** The format and the processor, or {@code null} if it is no machine code. */
  static @Nullable String of(byte[] head) {
    if (head.length < 64) {
      return null;
    }
    ByteBuffer bytes = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
    int magic = bytes.getInt(0);
    if (magic == 0x464C457F) {
      return "ELF " + processor(bytes.getShort(18), 62, 183);
    }
    if (magic == 0xFEEDFACF || magic == 0xFEEDFACE || magic == 0xBEBAFECA && isFatBinary(bytes)) {
      return "Mach-O";
    }
    if (bytes.getShort(0) == 0x5A4D) {
      int header = bytes.getInt(60);
      return header >= 0 && header + 6 <= head.length && bytes.getInt(header) == 0x4550
          ? "PE " + processor(bytes.getShort(header + 4), (short) 0x8664, (short) 0xAA64)
          : "DOS";
    }
    return null;
  }

  /** A class file begins with the same four bytes, then has its version, which is at least 45. */
  private static boolean isFatBinary(ByteBuffer bytes) {
    return Integer.reverseBytes(bytes.getInt(4)) < 20;
  }

  private static String processor(int code, int amd64, int arm64) {
    return code == amd64 ? "x86_64" : code == arm64 ? "aarch64" : "processor " + code;
  }
}
