/**
 * Readings from topics of Apache Kafka, read as a member of a consumer group.
 *
 * <p>Promises: the offset of a record is committed after the inbox reported it durable, and with it
 * every record of its partition before; never by a timer. Records of a partition are offered in
 * their order. If the log has no room, no further records are fetched and the membership of the
 * group stays. When a partition goes to another member, what is durable of it is committed first. A
 * lost connection is made again without end.
 *
 * <p>What is read again, because it was durable and not yet committed, is recognised by the intake:
 * each delivery has its place in the stream. At most {@code receive-maximum} records are taken and
 * not committed, so that this memory has a bound.
 *
 * <p>A topic that is deleted and made anew is read from its first record: each offset is committed
 * with the id of its topic.
 *
 * <p>Does not promise: that a record which was taken by another gateway of the group is recognised.
 *
 * <p>The parts: {@code PartitionWindow} holds the records of one partition that are not yet
 * committed and does no I/O. {@code GroupReader} polls, offers and commits, on the thread {@code
 * kafka-<source>}. {@code KafkaSource} makes a new one after each failure.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.source.kafka;
