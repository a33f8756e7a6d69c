package io.weir.gateway.decode.sparkplug;

import java.time.Duration;
import org.eclipse.tahu.protobuf.SparkplugBProto.DataType;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload.Metric;

/** What an edge node says, encoded by Tahu's classes: one metric of its own, one of its device. */
public final class EdgeNode {

  public static final long SPEED = 1;
  public static final long TEMPERATURE = 2;

  private final String group;
  private final String node;
  private final long bdSeq;
  private int seq;

  /** The clock of its messages; no two have the same time. */
  private long nowMs;

  public EdgeNode(String group, String node, long bdSeq) {
    this.group = group;
    this.node = node;
    this.bdSeq = bdSeq;
  }

  /** The topic of a type of its own messages. */
  public String topic(String type) {
    return "spBv1.0/" + group + "/" + type + "/" + node;
  }

  /** The topic of a type of its device's messages. */
  public String deviceTopic(String type) {
    return topic(type) + "/press";
  }

  /** Its clock goes on. */
  void later(Duration more) {
    nowMs = Math.max(nowMs, System.currentTimeMillis()) + more.toMillis();
  }

  /** A message on the way that never comes. */
  public void lose() {
    seq++;
  }

  public byte[] birth() {
    seq = 0;
    return next()
        .addMetrics(bdSeqMetric())
        .addMetrics(
            Metric.newBuilder()
                .setName("Node Control/Rebirth")
                .setDatatype(DataType.Boolean_VALUE)
                .setBooleanValue(false))
        .addMetrics(
            Metric.newBuilder()
                .setName("speed")
                .setAlias(SPEED)
                .setDatatype(DataType.Int16_VALUE)
                .setIntValue(100))
        .build()
        .toByteArray();
  }

  public byte[] deviceBirth() {
    return next()
        .addMetrics(
            Metric.newBuilder()
                .setName("temperature")
                .setAlias(TEMPERATURE)
                .setDatatype(DataType.Double_VALUE)
                .setDoubleValue(20.5))
        .build()
        .toByteArray();
  }

  /** A speed, by alias and without a datatype. */
  public byte[] data(int speed) {
    return next()
        .addMetrics(Metric.newBuilder().setAlias(SPEED).setIntValue(speed))
        .build()
        .toByteArray();
  }

  public byte[] deviceData(double temperature) {
    return next()
        .addMetrics(Metric.newBuilder().setAlias(TEMPERATURE).setDoubleValue(temperature))
        .build()
        .toByteArray();
  }

  public byte[] deviceDeath() {
    return next().build().toByteArray();
  }

  /** The will of this connection; it has no sequence number. */
  public byte[] death() {
    return Payload.newBuilder()
        .setTimestamp(System.currentTimeMillis())
        .addMetrics(bdSeqMetric())
        .build()
        .toByteArray();
  }

  private Metric bdSeqMetric() {
    return Metric.newBuilder()
        .setName("bdSeq")
        .setDatatype(DataType.Int64_VALUE)
        .setLongValue(bdSeq)
        .build();
  }

  private Payload.Builder next() {
    nowMs = Math.max(nowMs + 1, System.currentTimeMillis());
    return Payload.newBuilder().setTimestamp(nowMs).setSeq(seq++ % 256);
  }
}
