package io.weir.gateway.decode.sparkplug;

import com.google.protobuf.ByteString;
import io.weir.gateway.decode.FloatDecimals;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Value;
import org.eclipse.tahu.protobuf.SparkplugBProto.DataType;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload.DataSet.DataSetValue;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload.Metric;
import org.jspecify.annotations.Nullable;

/**
 * A single value as it stands on the wire, before its datatype says what it is: integers travel
 * without sign in 32 or 64 bits, whatever their width.
 */
sealed interface WireValue {

  /** 32 bits, the upper ones 0. */
  record Int(long bits) implements WireValue {}

  record Long(long bits) implements WireValue {}

  record Real(double value) implements WireValue {}

  record Flag(boolean value) implements WireValue {}

  record Text(ByteString utf8) implements WireValue {}

  /** A value that no reading can hold, or that is not what its datatype says. */
  final class Unfit extends Exception {
    private static final long serialVersionUID = 1L;

    Unfit(String message) {
      super(message, null, false, false);
    }

    Rejected rejected(String name) {
      return new Rejected(Reason.BAD_VALUE, "'" + Excerpt.of(name) + "' " + getMessage());
    }
  }

  /** The value of a metric; {@code null} where it has none, or one of many parts. */
  static @Nullable WireValue of(Metric metric) {
    return switch (metric.getValueCase()) {
      case INT_VALUE -> new Int(Integer.toUnsignedLong(metric.getIntValue()));
      case LONG_VALUE -> new Long(metric.getLongValue());
      case FLOAT_VALUE -> new Real(FloatDecimals.widened(metric.getFloatValue()));
      case DOUBLE_VALUE -> new Real(metric.getDoubleValue());
      case BOOLEAN_VALUE -> new Flag(metric.getBooleanValue());
      case STRING_VALUE -> new Text(metric.getStringValueBytes());
      case BYTES_VALUE, DATASET_VALUE, TEMPLATE_VALUE, EXTENSION_VALUE, VALUE_NOT_SET -> null;
    };
  }

  /** The value of a cell; {@code null} where it is empty. */
  static @Nullable WireValue of(DataSetValue cell) {
    return switch (cell.getValueCase()) {
      case INT_VALUE -> new Int(Integer.toUnsignedLong(cell.getIntValue()));
      case LONG_VALUE -> new Long(cell.getLongValue());
      case FLOAT_VALUE -> new Real(FloatDecimals.widened(cell.getFloatValue()));
      case DOUBLE_VALUE -> new Real(cell.getDoubleValue());
      case BOOLEAN_VALUE -> new Flag(cell.getBooleanValue());
      case STRING_VALUE -> new Text(cell.getStringValueBytes());
      case EXTENSION_VALUE, VALUE_NOT_SET -> null;
    };
  }

  /**
   * What it means.
   *
   * @param datatype a number of {@link DataType}; 0 where neither message nor birth says
   */
  default Value as(int datatype) throws Unfit {
    return switch (datatype) {
      case DataType.Unknown_VALUE -> untyped();
      case DataType.Int8_VALUE -> integer(datatype, Byte.SIZE, true);
      case DataType.Int16_VALUE -> integer(datatype, Short.SIZE, true);
      case DataType.Int32_VALUE -> integer(datatype, Integer.SIZE, true);
      case DataType.Int64_VALUE -> integer(datatype, java.lang.Long.SIZE, true);
      case DataType.UInt8_VALUE -> integer(datatype, Byte.SIZE, false);
      case DataType.UInt16_VALUE -> integer(datatype, Short.SIZE, false);
      case DataType.UInt32_VALUE -> integer(datatype, Integer.SIZE, false);
      case DataType.UInt64_VALUE, DataType.DateTime_VALUE -> positive(whole(datatype));
      case DataType.Float_VALUE, DataType.Double_VALUE -> real(datatype);
      case DataType.Boolean_VALUE -> flag();
      case DataType.String_VALUE, DataType.Text_VALUE, DataType.UUID_VALUE -> text(datatype);
      default -> throw mismatch(datatype);
    };
  }

  /** Without a datatype the value must speak for itself. */
  private Value untyped() throws Unfit {
    if (this instanceof Int i) {
      return signless((int) i.bits());
    }
    if (this instanceof Long l) {
      return signless(l.bits());
    }
    if (this instanceof Real) {
      return real(DataType.Double_VALUE);
    }
    return this instanceof Flag flag ? new Value.Flag(flag.value()) : text(DataType.String_VALUE);
  }

  private static Value signless(long bits) throws Unfit {
    if (bits < 0) {
      throw new Unfit("has no datatype, and without one its sign is not known");
    }
    return new Value.Whole(bits);
  }

  static Value positive(long bits) throws Unfit {
    if (bits < 0) {
      throw new Unfit(
          "is " + java.lang.Long.toUnsignedString(bits) + ", beyond a signed 64-bit integer");
    }
    return new Value.Whole(bits);
  }

  static Value finite(double number) throws Unfit {
    if (!Double.isFinite(number)) {
      throw new Unfit("is " + number + ", not a finite number");
    }
    return new Value.Real(number);
  }

  /**
   * An integer of so many bits. Before them stand zeros, or copies of the highest one: encoders
   * differ there. Anything else is a number that the datatype does not have.
   */
  private Value integer(int datatype, int width, boolean isSigned) throws Unfit {
    long wire = this instanceof Int i ? (int) i.bits() : whole(datatype);
    int above = java.lang.Long.SIZE - width;
    long signed = wire << above >> above;
    long unsigned = wire << above >>> above;
    long number = isSigned ? signed : unsigned;
    boolean fits = this instanceof Real ? wire == number : wire == signed || wire == unsigned;
    if (!fits) {
      throw new Unfit("is of datatype " + name(datatype) + ", but its value is " + wire);
    }
    return new Value.Whole(number);
  }

  private long whole(int datatype) throws Unfit {
    if (this instanceof Int i) {
      return i.bits();
    }
    if (this instanceof Long l) {
      return l.bits();
    }
    if (this instanceof Real real
        && real.value() == Math.rint(real.value())
        && real.value() >= -0x1p63
        && real.value() < 0x1p63) {
      return (long) real.value();
    }
    throw mismatch(datatype);
  }

  private Value real(int datatype) throws Unfit {
    if (this instanceof Real real) {
      return finite(real.value());
    }
    if (this instanceof Int i) {
      return new Value.Real((int) i.bits());
    }
    if (this instanceof Long l) {
      return new Value.Real(l.bits());
    }
    throw mismatch(datatype);
  }

  private Value flag() throws Unfit {
    if (this instanceof Flag flag) {
      return new Value.Flag(flag.value());
    }
    if (this instanceof Int i && i.bits() <= 1) {
      return new Value.Flag(i.bits() == 1);
    }
    throw mismatch(DataType.Boolean_VALUE);
  }

  private Value text(int datatype) throws Unfit {
    if (!(this instanceof Text text)) {
      throw mismatch(datatype);
    }
    if (!text.utf8().isValidUtf8()) {
      throw new Unfit("is a text that is not UTF-8");
    }
    return new Value.Text(text.utf8().toStringUtf8());
  }

  private Unfit mismatch(int datatype) {
    if (DataType.forNumber(datatype) == null) {
      return new Unfit("is of datatype " + datatype + ", which is not one of Sparkplug B");
    }
    String have =
        this instanceof Text
            ? "a text"
            : this instanceof Flag ? "true or false" : "a number on the wire";
    return new Unfit("is of datatype " + name(datatype) + ", but its value is " + have);
  }

  /** As the specification names it. */
  static String name(int datatype) {
    DataType known = DataType.forNumber(datatype);
    return known == null ? Integer.toString(datatype) : known.name();
  }
}
