// Publishes the lines that it reads: QoS, 1 if retained, text. Ends with 0 once all of them are acknowledged.
// usage: node publish.cjs MODULE PORT CLIENT VERSION
const [module_, port, clientId, version] = process.argv.slice(2);
const mqtt = require(module_);
const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, {
  clientId,
  protocolVersion: Number(version),
  protocolId: version === "3" ? "MQIsdp" : "MQTT",
  clean: false,
  reconnectPeriod: 50,
  properties: version === "5" ? { sessionExpiryInterval: 3600 } : undefined,
});

let open = 0;
let ended = false;
const fail = (error) => {
  console.error(error);
  process.exit(1);
};
const finish = () => {
  if (ended && open === 0) {
    client.end();
  }
};

require("node:readline")
  .createInterface({ input: process.stdin })
  .on("line", (line) => {
    const [qos, retain, text] = line.split(" ");
    open++;
    client.publish("t", text, { qos: Number(qos), retain: retain === "1" }, (error) => {
      if (error) {
        fail(error);
      }
      open--;
      finish();
    });
  })
  .on("close", () => {
    ended = true;
    finish();
  });
