package io.weir.gateway.decode;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The message types of a descriptor file, as {@code protoc --descriptor_set_out} writes it. */
final class ProtobufTypes {

  private static final String WRITE =
      "write it with protoc --include_imports --descriptor_set_out=FILE and the .proto files";

  /** The file cannot be used; the message says why, and the hint what to do. */
  static final class Unusable extends Exception {
    private static final long serialVersionUID = 1;

    private final String hint;

    Unusable(String message) {
      super(message);
      this.hint = WRITE;
    }

    String hint() {
      return hint;
    }
  }

  /** In the order of the file. */
  private final Map<String, Descriptor> byName = new LinkedHashMap<>();

  private ProtobufTypes() {}

  static ProtobufTypes of(ByteString file) throws Unusable {
    FileDescriptorSet set;
    try {
      set = FileDescriptorSet.parseFrom(file);
    } catch (InvalidProtocolBufferException e) {
      throw new Unusable(notASet(file));
    }
    if (set.getFileCount() == 0 || !set.getUnknownFields().isEmpty()) {
      throw new Unusable(notASet(file));
    }
    Map<String, FileDescriptorProto> files = new LinkedHashMap<>();
    set.getFileList().forEach(each -> files.put(each.getName(), each));
    Map<String, FileDescriptor> built = new HashMap<>();
    ProtobufTypes types = new ProtobufTypes();
    for (FileDescriptorProto each : set.getFileList()) {
      build(each, files, built, new ArrayList<>()).getMessageTypes().forEach(types::add);
    }
    return types;
  }

  private static String notASet(ByteString file) {
    String begin = file.substring(0, Math.min(file.size(), 4096)).toStringUtf8();
    return begin.contains("syntax") && begin.contains("=") && begin.contains("proto")
        ? "is the source of message types, not a descriptor file"
        : "is not a descriptor file";
  }

  /**
   * @param around the files that import it, each the next
   */
  private static FileDescriptor build(
      FileDescriptorProto file,
      Map<String, FileDescriptorProto> files,
      Map<String, FileDescriptor> built,
      List<String> around)
      throws Unusable {
    FileDescriptor known = built.get(file.getName());
    if (known != null) {
      return known;
    }
    if (around.contains(file.getName())) {
      throw new Unusable("has '" + file.getName() + "', which imports itself");
    }
    around.add(file.getName());
    List<FileDescriptor> imports = new ArrayList<>();
    for (String name : file.getDependencyList()) {
      FileDescriptorProto imported = files.get(name);
      if (imported == null) {
        throw new Unusable("lacks '%s', which '%s' imports".formatted(name, file.getName()));
      }
      imports.add(build(imported, files, built, around));
    }
    around.remove(file.getName());
    try {
      FileDescriptor descriptor =
          FileDescriptor.buildFrom(file, imports.toArray(FileDescriptor[]::new));
      built.put(file.getName(), descriptor);
      return descriptor;
    } catch (DescriptorValidationException e) {
      throw new Unusable("has a fault: " + e.getMessage());
    }
  }

  private void add(Descriptor type) {
    if (!type.toProto().getOptions().getMapEntry()) {
      byName.put(type.getFullName(), type);
      type.getNestedTypes().forEach(this::add);
    }
  }

  /** The message type of that name with its package, or {@code null}. */
  @Nullable Descriptor type(String name) {
    return byName.get(name);
  }

  List<String> names() {
    return List.copyOf(byName.keySet());
  }
}
