package io.weir.gateway.decode.sparkplug;

import com.google.protobuf.ByteString;
import io.weir.gateway.decode.FloatDecimals;
import io.weir.gateway.decode.sparkplug.WireValue.Unfit;
import io.weir.gateway.model.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.eclipse.tahu.protobuf.SparkplugBProto.DataType;

/**
 * The elements of an array, which travels as bytes: little-endian, one after the other. Truth
 * values are a 32-bit count and then bits, the highest first; texts end in a NUL each.
 */
final class Arrays {

  /** Takes the elements in their order; one that is unfit leaves the others as they are. */
  interface Elements {
    /** Whether it takes more. */
    boolean element(int index, Element element);
  }

  /** One element, to be read by who has a name for it. */
  interface Element {
    Value value() throws Unfit;
  }

  private Arrays() {}

  static boolean isArray(int datatype) {
    return datatype >= DataType.Int8Array_VALUE && datatype <= DataType.DateTimeArray_VALUE;
  }

  /**
   * @throws Unfit if the bytes are not an array of that datatype
   */
  static void read(int datatype, ByteString bytes, Elements out) throws Unfit {
    ByteBuffer in = bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    switch (datatype) {
      case DataType.BooleanArray_VALUE -> booleans(in, out);
      case DataType.StringArray_VALUE -> texts(bytes, out);
      default -> numbers(datatype, in, out);
    }
  }

  private static int width(int datatype) {
    return switch (datatype) {
      case DataType.Int8Array_VALUE, DataType.UInt8Array_VALUE -> 1;
      case DataType.Int16Array_VALUE, DataType.UInt16Array_VALUE -> 2;
      case DataType.Int32Array_VALUE, DataType.UInt32Array_VALUE, DataType.FloatArray_VALUE -> 4;
      default -> 8;
    };
  }

  private static void numbers(int datatype, ByteBuffer in, Elements out) throws Unfit {
    int width = width(datatype);
    if (in.remaining() % width != 0) {
      throw new Unfit(
          "is of datatype "
              + WireValue.name(datatype)
              + ", but its "
              + in.remaining()
              + " bytes are no whole number of elements");
    }
    boolean more = true;
    for (int i = 0; more && i < in.remaining() / width; i++) {
      int at = i * width;
      more = out.element(i, () -> number(datatype, in, at));
    }
  }

  private static Value number(int datatype, ByteBuffer in, int at) throws Unfit {
    return switch (datatype) {
      case DataType.Int8Array_VALUE -> new Value.Whole(in.get(at));
      case DataType.UInt8Array_VALUE -> new Value.Whole(in.get(at) & 0xFF);
      case DataType.Int16Array_VALUE -> new Value.Whole(in.getShort(at));
      case DataType.UInt16Array_VALUE -> new Value.Whole(in.getShort(at) & 0xFFFF);
      case DataType.Int32Array_VALUE -> new Value.Whole(in.getInt(at));
      case DataType.UInt32Array_VALUE -> new Value.Whole(in.getInt(at) & 0xFFFF_FFFFL);
      case DataType.FloatArray_VALUE -> WireValue.finite(FloatDecimals.widened(in.getFloat(at)));
      case DataType.DoubleArray_VALUE -> WireValue.finite(in.getDouble(at));
      case DataType.Int64Array_VALUE -> new Value.Whole(in.getLong(at));
      default -> WireValue.positive(in.getLong(at)); // UInt64Array, DateTimeArray
    };
  }

  private static void booleans(ByteBuffer in, Elements out) throws Unfit {
    if (!in.hasRemaining()) {
      return;
    }
    long count = in.remaining() < 4 ? Long.MAX_VALUE : in.getInt() & 0xFFFF_FFFFL;
    if (count > 8L * in.remaining()) {
      throw new Unfit("is of datatype BooleanArray, but its bytes break off");
    }
    int first = in.position();
    boolean more = true;
    for (int i = 0; more && i < count; i++) {
      boolean set = (in.get(first + i / 8) & 0x80 >> i % 8) != 0;
      more = out.element(i, () -> new Value.Flag(set));
    }
  }

  private static void texts(ByteString bytes, Elements out) {
    int from = 0;
    boolean more = true;
    for (int i = 0; more && from < bytes.size(); i++) {
      int end = from;
      while (end < bytes.size() && bytes.byteAt(end) != 0) {
        end++;
      }
      WireValue text = new WireValue.Text(bytes.substring(from, end));
      more = out.element(i, () -> text.as(DataType.String_VALUE));
      from = end + 1;
    }
  }
}
