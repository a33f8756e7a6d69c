package io.weir.sim.payload;

import com.fasterxml.jackson.databind.node.ValueNode;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Timestamp;
import com.google.protobuf.TimestampProto;
import io.weir.sim.plant.MachineSample;
import io.weir.sim.plant.SimulatedState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * Protocol Buffers: one message of proto3 for each sample, of the type weir.sim.Machine. Its length
 * stands before it: without one, a message that is cut off between two fields is a message.
 */
final class ProtobufPayload {

  private static final Descriptor MACHINE = machine();

  private ProtobufPayload() {}

  private static Descriptor machine() {
    EnumDescriptorProto.Builder states =
        EnumDescriptorProto.newBuilder().setName("State").addValue(state("STATE_UNKNOWN", 0));
    for (SimulatedState each : SimulatedState.values()) {
      states.addValue(state(each.name(), each.ordinal() + 1));
    }
    DescriptorProto.Builder machine =
        DescriptorProto.newBuilder()
            .setName("Machine")
            .addField(
                field("time", 1)
                    .setType(Type.TYPE_MESSAGE)
                    .setTypeName(".google.protobuf.Timestamp"))
            .addField(field("state", 2).setType(Type.TYPE_ENUM).setTypeName(".weir.sim.State"));
    int number = 3;
    for (String text : List.of("reason", "product")) {
      machine.addField(field(text, number++).setType(Type.TYPE_STRING));
    }
    for (String counter : List.of("total", "good", "reject")) {
      machine.addField(field(counter, number++).setType(Type.TYPE_INT64));
    }
    for (String measured :
        List.of("temperature", "vibration", "power_kw", "energy_kwh", "speed", "ideal_cycle")) {
      machine.addField(field(measured, number++).setType(Type.TYPE_DOUBLE));
    }
    FileDescriptorProto file =
        FileDescriptorProto.newBuilder()
            .setName("machine.proto")
            .setSyntax("proto3")
            .setPackage("weir.sim")
            .addDependency(TimestampProto.getDescriptor().getName())
            .addEnumType(states)
            .addMessageType(machine)
            .build();
    try {
      return FileDescriptor.buildFrom(file, new FileDescriptor[] {TimestampProto.getDescriptor()})
          .findMessageTypeByName("Machine");
    } catch (DescriptorValidationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static EnumValueDescriptorProto state(String name, int number) {
    return EnumValueDescriptorProto.newBuilder().setName(name).setNumber(number).build();
  }

  private static FieldDescriptorProto.Builder field(String name, int number) {
    return FieldDescriptorProto.newBuilder()
        .setName(name)
        .setNumber(number)
        .setLabel(Label.LABEL_OPTIONAL);
  }

  /** The descriptor file, as protoc writes it with its imports. */
  static byte[] descriptor() {
    return FileDescriptorSet.newBuilder()
        .addFile(TimestampProto.getDescriptor().toProto())
        .addFile(MACHINE.getFile().toProto())
        .build()
        .toByteArray();
  }

  static List<DeviceMessage> messages(MachineSample sample) {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(MACHINE);
    message.setField(
        MACHINE.findFieldByName("time"),
        Timestamp.newBuilder()
            .setSeconds(Math.floorDiv(sample.at(), 1000L))
            .setNanos((int) Math.floorMod(sample.at(), 1000L) * 1_000_000)
            .build());
    for (Map.Entry<String, ValueNode> each : SampleValues.of(sample).entrySet()) {
      FieldDescriptor field = MACHINE.findFieldByName(each.getKey());
      message.setField(field, value(field, each.getValue()));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      message.build().writeDelimitedTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("memory is always written", e);
    }
    return List.of(DeviceMessage.of("protobuf/" + sample.path(), out.toByteArray()));
  }

  private static Object value(FieldDescriptor field, ValueNode value) {
    return switch (field.getType()) {
      case ENUM -> field.getEnumType().findValueByName(value.textValue());
      case STRING -> value.textValue();
      case INT64 -> value.longValue();
      default -> value.doubleValue();
    };
  }
}
