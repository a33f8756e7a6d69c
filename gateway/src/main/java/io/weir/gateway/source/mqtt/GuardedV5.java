package io.weir.gateway.source.mqtt;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.eclipse.paho.mqttv5.client.internal.NetworkModule;
import org.eclipse.paho.mqttv5.common.MqttException;

/** The network as Paho's client for MQTT 5 has it, with its input guarded. */
record GuardedV5(NetworkModule network, Inbound inbound) implements NetworkModule {

  @Override
  public void start() throws IOException, MqttException {
    network.start();
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return inbound.guarded(network.getInputStream());
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return network.getOutputStream();
  }

  @Override
  public void stop() throws IOException {
    inbound.close();
    network.stop();
  }

  @Override
  public String getServerURI() {
    return network.getServerURI();
  }
}
