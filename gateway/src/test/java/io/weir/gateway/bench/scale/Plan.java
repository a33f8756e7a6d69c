package io.weir.gateway.bench.scale;

/**
 * Gateways, brokers and stores for a number of devices, each with what it carries. A row is a
 * message of a device: all of its readings of one instant.
 *
 * @param devices that send
 * @param rowsOfDevice rows a second of one
 * @param edges gateways at the lines; each sends what it has to the brokers
 * @param edgeRows rows a second that the sink of one carries
 * @param brokers that lead partitions
 * @param brokerRows rows a second that one takes, with its copies at the others
 * @param centrals gateways between brokers and stores
 * @param centralRows rows a second that the source of one carries
 * @param stores in which rows end
 * @param storeRows rows a second that one takes
 * @param bytesInLog bytes that a row takes in the log of a gateway
 * @param bytesInBroker bytes that a row takes at a broker, one copy
 */
record Plan(
    int devices,
    double rowsOfDevice,
    int edges,
    double edgeRows,
    int brokers,
    double brokerRows,
    int centrals,
    double centralRows,
    int stores,
    double storeRows,
    double bytesInLog,
    double bytesInBroker) {

  /** Rows a second of all devices. */
  double rows() {
    return devices * rowsOfDevice;
  }
}
