"""Publishes the lines that it reads: QoS, 1 if retained, text. Ends with 0 once all of them are acknowledged.

usage: publish.py PORT CLIENT VERSION
"""
import sys

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

port, client_id, version = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
# Version 2 of the library asks which callbacks are meant.
callbacks = [mqtt.CallbackAPIVersion.VERSION2] if hasattr(mqtt, "CallbackAPIVersion") else []
if version == 5:
    client = mqtt.Client(*callbacks, client_id=client_id, protocol=mqtt.MQTTv5)
    kept = Properties(PacketTypes.CONNECT)
    kept.SessionExpiryInterval = 3600
    client.connect("127.0.0.1", port, clean_start=False, properties=kept)
else:
    protocol = mqtt.MQTTv311 if version == 4 else mqtt.MQTTv31
    client = mqtt.Client(*callbacks, client_id=client_id, clean_session=False, protocol=protocol)
    client.connect("127.0.0.1", port)
client.max_inflight_messages_set(0)  # as many at once as it is given
client.reconnect_delay_set(1, 1)
client.loop_start()
sent = []
for line in sys.stdin:
    qos, retain, text = line.split()
    sent.append(client.publish("t", text, int(qos), retain == "1"))
for each in sent:
    each.wait_for_publish()
client.disconnect()
client.loop_stop()
