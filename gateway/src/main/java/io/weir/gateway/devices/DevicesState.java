package io.weir.gateway.devices;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.model.Asset;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Devices} as the bytes of a cursor, and back. Big-endian; {@code str} is a u16 length,
 * 0xffff for none, and UTF-8.
 *
 * <pre>
 * u8     format, 1
 * i32    devices; each:
 *   str    site, area, line, machine, source, name
 *   i64    heard, missing, estimated, last gap     u8 silent
 *   i32    topics; each:
 *     str  source, topic or sender          u8 is a sender, u8 numbered
 *     i32  unread       i64 arrived, event time, supposed missing, their period
 *     period: i32 seen, f32 each interval
 *     u8   has numbers; if so: u8 bits, u8 flags (1 two runs, 2 restarted),
 *          i32 numbers since the second run;
 *          each run: i64 last, i64 come, i64 skipped
 * </pre>
 */
final class DevicesState {

  private static final byte FORMAT = 1;
  private static final int NONE = 0xffff;

  /** Bytes of a device and of a topic at most, beside texts. */
  private static final int FIXED = 256;

  private static final int MOST_BYTES_OF_A_CHARACTER = 3;

  private DevicesState() {}

  /** Takes what is read. */
  interface Restored {
    Device device(Asset asset, String source, String name);

    DeviceTopic topic(Device device, TopicDevices.Key key, Period period);
  }

  static byte[] encode(Collection<Device> devices) {
    ByteBuffer out = ByteBuffer.allocate(bound(devices));
    out.put(FORMAT).putInt(devices.size());
    for (Device device : devices) {
      put(out, device.asset.site());
      put(out, device.asset.area());
      put(out, device.asset.line());
      put(out, device.asset.machine());
      put(out, device.source());
      put(out, device.key.name());
      out.putLong(device.heardNs())
          .putLong(device.missing)
          .putLong(device.estimated)
          .putLong(device.gapNs);
      out.put(flag(device.isSilent())).putInt(device.topics.size());
      device.topics.forEach(topic -> put(out, topic));
    }
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }

  private static void put(ByteBuffer out, DeviceTopic topic) {
    put(out, topic.on.group.source);
    put(out, topic.on.name());
    out.put(flag(topic.on.group.isOfSenders)).put(flag(topic.numbered)).putInt(topic.unread);
    out.putLong(topic.arrivedNs).putLong(topic.eventNs);
    out.putLong(topic.supposed).putLong(topic.supposedPeriodNs);
    topic.period.write(out);
    out.put(flag(topic.numbering != null));
    if (topic.numbering != null) {
      topic.numbering.write(out);
    }
  }

  private static int bound(Collection<Device> devices) {
    long bound = FIXED;
    for (Device device : devices) {
      bound += FIXED + size(device.asset.path()) + size(device.source()) + size(device.key.name());
      for (DeviceTopic topic : device.topics) {
        bound += FIXED + size(topic.on.group.source) + size(topic.on.name());
      }
    }
    return Math.toIntExact(bound);
  }

  private static long size(String text) {
    return (long) MOST_BYTES_OF_A_CHARACTER * text.length();
  }

  private static byte flag(boolean flag) {
    return (byte) (flag ? 1 : 0);
  }

  private static void put(ByteBuffer out, @Nullable String text) {
    byte[] bytes = text == null ? new byte[0] : text.getBytes(UTF_8);
    out.putShort((short) (text == null ? NONE : bytes.length)).put(bytes);
  }

  /**
   * @throws IllegalArgumentException if the bytes are of an unknown format
   */
  static void decode(byte[] state, Restored into) {
    ByteBuffer in = ByteBuffer.wrap(state);
    try {
      byte format = in.get();
      if (format != FORMAT) {
        throw new IllegalArgumentException("format " + format + " of the devices is not known");
      }
      for (int devices = in.getInt(); devices > 0; devices--) {
        device(in, into);
      }
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("the bytes of the devices end early", e);
    }
  }

  private static void device(ByteBuffer in, Restored into) {
    Asset asset = new Asset(text(in), text(in), text(in), text(in));
    Device device = into.device(asset, name(in), name(in));
    long heardNs = in.getLong();
    device.missing = in.getLong();
    device.estimated = in.getLong();
    device.gapNs = in.getLong();
    if (in.get() != 0) {
      device.silent(0);
    }
    for (int topics = in.getInt(); topics > 0; topics--) {
      String source = name(in);
      String name = name(in);
      boolean isSender = in.get() != 0;
      boolean numbered = in.get() != 0;
      int unread = in.getInt();
      long arrivedNs = in.getLong();
      long eventNs = in.getLong();
      long supposed = in.getLong();
      long supposedPeriodNs = in.getLong();
      TopicDevices.Key key = new TopicDevices.Key(source, name, isSender);
      DeviceTopic topic = into.topic(device, key, Period.read(in));
      topic.numbered = numbered;
      topic.unread = unread;
      // a version before did not keep when a sender was heard
      topic.arrivedNs = isSender && arrivedNs == 0 ? heardNs : arrivedNs;
      topic.eventNs = eventNs;
      topic.supposed = supposed;
      topic.supposedPeriodNs = supposedPeriodNs;
      topic.numbering = in.get() == 0 ? null : Numbering.read(in);
    }
  }

  private static String name(ByteBuffer in) {
    String text = text(in);
    return text == null ? "" : text;
  }

  private static @Nullable String text(ByteBuffer in) {
    int length = in.getShort() & 0xffff;
    if (length == NONE) {
      return null;
    }
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, UTF_8);
  }
}
